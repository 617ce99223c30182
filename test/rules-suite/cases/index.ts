import type { Case } from "../case";
import { attachmentCases } from "./attachments";
import { entitlementCases } from "./entitlements";
import { eventCases } from "./events";
import { featureCases } from "./features";
import { keyCases } from "./keys";
import { listCases } from "./lists";
import { parameterCases } from "./parameters";
import { productCases } from "./products";
import { requestCases } from "./requests";

/** All cases, in the order in which they run. */
export const cases: readonly Case[] = [
  ...featureCases,
  ...attachmentCases,
  ...productCases,
  ...entitlementCases,
  ...eventCases,
  ...parameterCases,
  ...listCases,
  ...keyCases,
  ...requestCases,
];
