import type { Fault } from "../../emulator";

/** A fault of the server during one command. */
export interface InjectedFault {
  readonly kind:
    | "dropped before"
    | "dropped after"
    | "cut"
    | "500 before"
    | "500 after"
    | "500 kept"
    | "429"
    | "lock_timeout";
  /** How many requests succeed before the fault. */
  readonly skip: number;
  /** How many requests fail. */
  readonly times: number;
}

/** Returns the fault in the emulator's terms. */
export function toEmulatorFault({ kind, skip, times }: InjectedFault): Fault {
  const target = { skip, times };
  switch (kind) {
    case "dropped before":
      return { kind: "drop", when: "before", ...target };
    case "dropped after":
      return { kind: "drop", when: "after", ...target };
    case "cut":
      return { kind: "cut", ...target };
    case "500 before":
      return { kind: "status", status: 500, when: "before", ...target };
    case "500 after":
      return { kind: "status", status: 500, when: "after", ...target };
    case "500 kept":
      return { kind: "status", status: 500, when: "after", kept: true, ...target };
    case "429":
      return { kind: "status", status: 429, code: "rate_limit", ...target };
    case "lock_timeout":
      return { kind: "status", status: 429, code: "lock_timeout", ...target };
  }
}
