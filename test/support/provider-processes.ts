import { rmSync } from "node:fs";
import type { LocalContext } from "../../provider/lifecycle/context";
import type { ProviderProcesses } from "../../provider/processes";
import { AnnouncementFolder } from "../../provider/processes/folder";
import type { ContextOptions, TestContext, TestEnvironment } from "./test-environment";

let engines = 0;

/** Returns the address of an engine that no other test uses. */
export function engineAddress(): string {
  engines += 1;
  return `test-${process.pid}-${performance.timeOrigin}:${engines}`;
}

/** An engine that starts provider processes. `using` ends them. */
export class TestEngine implements Disposable {
  readonly address = engineAddress();
  readonly #started: LocalContext[] = [];

  constructor(private readonly env: TestEnvironment) {}

  /** Returns the context of another process, which has announced itself. */
  async start(options: ContextOptions = {}): Promise<TestContext> {
    const context = this.env.createContext({ ...options, engine: this.address });
    this.#started.push(context);
    await context.otherProcesses.announce();
    return context;
  }

  [Symbol.dispose](): void {
    for (const { otherProcesses } of this.#started) (otherProcesses as ProviderProcesses)[Symbol.dispose]();
    rmSync(new AnnouncementFolder(this.address).path, { recursive: true, force: true });
  }
}
