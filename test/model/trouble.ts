import type { Fault } from "../../emulator";
import type { Trouble } from "./commands";

/** The emulator's fault for it. */
export function troubleFault({ kind, skip, times }: Trouble): Fault {
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
