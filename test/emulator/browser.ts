import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import chromium from "@sparticuz/chromium";
import puppeteer, { type Browser } from "puppeteer-core";

const executableNames = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * Starts a headless browser: the one at CHROME_PATH, one on PATH, or the one in the npm packages.
 */
export async function launchBrowser(): Promise<Browser> {
  const installed = process.env["CHROME_PATH"] ?? findOnPath();
  return puppeteer.launch({
    headless: "shell",
    executablePath: installed ?? (await chromium.executablePath()),
    // The browser's sandbox cannot start as root and in most containers. The browser opens only the
    // emulator's page.
    args: installed === undefined ? chromium.args : ["--no-sandbox"],
  });
}

function findOnPath(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders
    .flatMap((folder) => executableNames.map((name) => join(folder, name)))
    .find((file) => existsSync(file));
}
