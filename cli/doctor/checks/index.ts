import type { Check } from "../check";
import { account } from "./account";
import { configuration } from "./configuration";
import { copies } from "./copies";
import { installation } from "./installation";
import { key } from "./key";
import { network } from "./network";
import { packageManager } from "./package-manager";
import { permissions } from "./permissions";
import { project } from "./project";
import { typeChecks } from "./type-checks";
import { versions } from "./versions";

/** All checks, in the order of the report. */
export const checks: readonly Check[] = [
  versions,
  project,
  installation,
  copies,
  typeChecks,
  packageManager,
  configuration,
  key,
  network,
  account,
  permissions,
];
