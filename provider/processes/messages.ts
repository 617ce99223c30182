import type { ObjectFacts, Question } from "../lifecycle/run/other-processes";
import { adoptionPolicies } from "../lifecycle/ownership/policy";
import * as z from "../zod";

/** Changes when an older process would misunderstand a question, an answer or an announcement. */
export const protocolVersion = 1;

/** How others reach a process. */
export interface Announcement {
  readonly version: typeof protocolVersion;
  readonly pid: number;
  /** Of the loopback address. */
  readonly port: number;
  /** Proves that a question comes from a process that may read the folder. */
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Whether the engine has sent a declaration to the process. */
  readonly isDeclaring: boolean;
}

const announcementSchema = z.object({
  version: z.literal(protocolVersion),
  pid: z.number(),
  port: z.number(),
  token: z.string(),
  since: z.number(),
  isDeclaring: z.boolean(),
});

const text = z.string().optional();
const flag = z.boolean().optional();
const adopt = z.enum(adoptionPolicies).optional();

const requestSchema = z.object({
  token: z.string(),
  question: z.object({
    kind: z.enum(["features", "productFeatures"]),
    key: z.string(),
    id: text,
    feature: text,
    marker: text,
    owner: text,
    account: text,
    mode: z.enum(["test", "live"]).optional(),
    whenQuiet: flag,
  }),
});

const factsSchema = z.object({
  failed: text,
  keep: z
    .discriminatedUnion("why", [
      z.object({ why: z.literal("replaced"), isManaged: z.boolean(), owner: text, adopt }),
      z.object({ why: z.literal("moved"), to: z.string() }),
      z.object({ why: z.literal("notAdopted"), by: z.string(), adopt }),
    ])
    .optional(),
  declaredBy: text,
  isHeld: flag,
  isMarkerDeclared: flag,
  isGivenUp: flag,
  successor: z.object({ lookupKey: z.string(), owner: text, adopt }).optional(),
  mayHave: flag,
  isOwnedFeature: flag,
  isArchiving: flag,
  isDetaching: flag,
});

export interface Request {
  readonly token: string;
  readonly question: Question;
}

// Each throws if the text is no such message of this version.
export const parseAnnouncement = (line: string): Announcement => announcementSchema.parse(JSON.parse(line));
export const parseRequest = (line: string): Request => requestSchema.parse(JSON.parse(line));
export const parseFacts = (line: string): ObjectFacts => factsSchema.parse(JSON.parse(line));
