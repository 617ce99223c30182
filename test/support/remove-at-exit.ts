import { spawn } from "node:child_process";

/**
 * Removes the directory when the process ends. Another process does it: mocha kills a worker that
 * takes more than a moment to exit, and a project has thousands of files.
 */
export function removeAtExit(directory: string): void {
  const script = "require('node:fs').rmSync(process.argv[1], { recursive: true, force: true })";
  process.once("exit", () =>
    spawn(process.execPath, ["-e", script, directory], { detached: true, stdio: "ignore" }).unref(),
  );
}
