/** Reasons why a command may fail: those of the provider, and those of the engine. */
const known = [
  /an active feature already has th/,
  /is already attached to the product/,
  /keeps granting access/,
  /product \S+ does not exist/,
  /no changes were expected/,
  /archived outside Pulumi, so it cannot be changed/,
  /belongs to another stack, because its marker is/,
  // The program names an archived feature by its literal id.
  /an archived feature cannot be attached/,
  // A product is deleted in test mode. The emulator has the same product in live mode.
  /exists only in the other mode/,
  // An imported object that nothing has read yet, and that is gone.
  /the object does not exist in this account and mode, or is archived/,
  // The plan updates the attachments of a replaced feature, whose id turns out to be the same.
  /expected resource operations for .* but none were seen/,
  // The feature of a selected attachment is not selected, and does not exist yet.
  /property entitlementFeature .* is required/,
  // A refresh in the same run removes a resource that `--target` or `--replace` names.
  /could not be found in the stack/,
  // A selected resource depends on one that is not selected, or the other way round.
  /not specified in --target list/,
  /cannot be deleted\s+because it is protected|marked for protection/,
];

/** Words that only a defect prints. */
const internal =
  /TypeError|ReferenceError|RangeError|AssertionError|panic:|goroutine|Unexpected struct|code must be a string|integrity|^\s+at .+stripe-entitlements\/dist/m;

/** Returns why the output of a failed command is not acceptable. */
export function unknownReasons(output: string): string[] {
  if (internal.test(output)) return [`an internal error: ${internal.exec(output)?.[0]}`];
  return known.some((reason) => reason.test(output)) ? [] : ["an unknown reason"];
}
