import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import type { Choices } from "../../emulator";
import { cases } from "./cases";
import type { Observation } from "./observation";
import { verdictOf } from "./report";
import type { Run } from "./run";

const observation: z.ZodType<Observation> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(observation), z.record(z.string(), observation)]),
);

const recordingSchema = z.object({
  format: z.literal(1),
  /** Origin of the server. */
  server: z.string(),
  /** The `Stripe-Version` of the requests. */
  apiVersion: z.string(),
  /** ISO 8601. */
  recordedAt: z.string(),
  cases: z.array(
    z.object({
      name: z.string(),
      rule: z.string(),
      facts: z.array(z.string()).readonly(),
      verdict: z.string(),
      seen: observation,
      expected: observation,
    }),
  ),
});

/** The answers of a server, as a file. It has no keys, and placeholders instead of ids. */
export type Recording = z.infer<typeof recordingSchema>;

export function recordingOf(run: Run, server: { apiBase: string; apiVersion: string }): Recording {
  return {
    format: 1,
    server: new URL(server.apiBase).origin,
    apiVersion: server.apiVersion,
    recordedAt: new Date().toISOString(),
    cases: run.results.flatMap((result) => {
      if (result.kind !== "answered") return [];
      const { name, rule, facts } = result.case;
      return [{ name, rule, facts, verdict: verdictOf(result), seen: result.seen, expected: result.expected }];
    }),
  };
}

export function writeRecording(file: string, recording: Recording): void {
  writeFileSync(file, `${JSON.stringify(recording, undefined, 2)}\n`);
}

/** @throws if the file is not a recording. */
export function readRecording(file: string): Recording {
  return recordingSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/**
 * Returns the choices that give the recorded answers:
 * `startEmulator({ choices: choicesFrom(recording) })`.
 */
export function choicesFrom(recording: Recording): Partial<Choices> {
  let choices: Partial<Choices> = {};
  for (const { name, seen } of recording.cases) {
    choices = { ...choices, ...cases.find((item) => item.name === name)?.teaches?.(seen) };
  }
  return choices;
}
