import { redact } from "../../provider/stripe/redact";
import { messageOf } from "../cli-error";
import { exitCodes } from "../exit-codes";
import type { Io } from "../io";
import { type Paint, paintFor } from "../output/colors";
import { Progress } from "../progress";
import { counted } from "../texts";
import { type Check, type Finding, failure } from "./check";
import { checks } from "./checks";
import { Facts } from "./facts";
import type { DoctorOptions } from "./options";

/** A line, with the name of its check. */
type Result = Finding & { readonly check: string };

/** Runs all checks. Exit code 1 if one of them fails. */
export async function runDoctor(io: Io, options: DoctorOptions): Promise<void> {
  const facts = await Facts.collect(io, options);
  const results = await runAll(io, facts);
  if (results.some(({ status }) => status === "failure")) io.exitCode = exitCodes.error;
  io.stdout.write(options.json === true ? jsonReport(results) : textReport(results, paintFor(io.stdout, io)));
}

async function runAll(io: Io, facts: Facts): Promise<readonly Result[]> {
  using progress = new Progress(io.stderr);
  const results: Result[] = [];
  for (const check of checks) {
    progress.update(`Checking: ${check.name}`);
    const findings = await run(check, facts);
    // Each on one line: a message of a program or of a server may have several.
    const shown = (text: string) => redact(text).replace(/\s+/g, " ");
    results.push(...findings.map((finding) => ({ check: check.name, ...finding, text: shown(finding.text) })));
  }
  return results;
}

/** A check that fails itself must not hide the others. */
async function run(check: Check, facts: Facts): Promise<readonly Finding[]> {
  try {
    return await check.run(facts);
  } catch (error) {
    const hint = "This is a mistake of the command. The other lines are not affected.";
    return [failure(`The check failed: ${messageOf(error)}`, hint)];
  }
}

function countsOf(results: readonly Result[]): Readonly<Record<Finding["status"], number>> {
  const count = (status: Finding["status"]) => results.filter((result) => result.status === status).length;
  return { ok: count("ok"), warning: count("warning"), failure: count("failure") };
}

const colors = { ok: "green", warning: "yellow", failure: "red" } as const;

function textReport(results: readonly Result[], paint: Paint): string {
  const width = "warning".length;
  const lines = results.flatMap(({ status, text, hint }) => [
    `${paint(colors[status], status.padEnd(width))}  ${text}`,
    ...(hint === undefined ? [] : [`${" ".repeat(width)}  ${paint("dim", hint)}`]),
  ]);
  const { ok, warning, failure } = countsOf(results);
  return `${[...lines, "", `${ok} ok, ${counted(warning, "warning")}, ${counted(failure, "failure")}`].join("\n")}\n`;
}

function jsonReport(results: readonly Result[]): string {
  return `${JSON.stringify({ summary: countsOf(results), checks: results }, undefined, 2)}\n`;
}
