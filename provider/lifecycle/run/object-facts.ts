import type { LocalContext } from "../context";
import { isKnownText } from "../inputs";
import type { KeepReason } from "./declarations";
import type { ObjectFacts, Place, Question } from "./other-processes";
import { findSuccessor } from "./successor";

/** Returns what the context has recorded about an object that another process asks about. */
export async function factsOf(context: LocalContext, question: Question): Promise<ObjectFacts> {
  const { archives, detaches, failures, programActivity, stackMarkers } = context;
  const { kind, key, marker, feature } = question;
  if (question.whenQuiet) await programActivity.waitUntilQuiet();
  const isElsewhere = differs(question, placeOf(context));
  return {
    failed: failures.first,
    isGivenUp: isGivenUp(context, question),
    isMarkerMoved: !isElsewhere && marker !== undefined && context.declarations[kind].declaresAnother(marker, key),
    successor: successorOf(context, question, isElsewhere),
    isArchiving: !isElsewhere && archives.has(key),
    isDetaching: feature !== undefined && detaches.inFlight.has(feature),
    isOwnedFeature: feature !== undefined && stackMarkers.isOwnedFeature(feature),
    ...declaredFacts(context, question, isElsewhere),
  };
}

/** Returns what is known from the declaration of the object's key, if it is of this object. */
function declaredFacts(context: LocalContext, question: Question, isElsewhere: boolean): ObjectFacts {
  const { kind, key, id, marker, owner } = question;
  const declarations = context.declarations[kind];
  const had = declarations.findId(key);
  // Two accounts may have a feature with the same key. The id tells them apart.
  if (id === undefined || (had === undefined ? isElsewhere : had !== id)) return {};
  return {
    keep: withPolicy(context, declarations.findKeepReason(key, id, owner)),
    declaredBy: declarations.findDeclarer(key),
    isHeld: had === id || declarations.isCandidate(key, id),
    isMarkerDeclared: marker !== undefined && declarations.mayDeclare(marker, key),
    mayHave: declarations.mayHave(key, id),
  };
}

/** Returns where the objects of the context are. */
export function placeOf({ expected, keyMode, knownAccounts }: LocalContext): Place {
  const recorded = knownAccounts.all.find(({ account }) => account !== undefined)?.account;
  return { account: knownAccounts.ofKey ?? expected.account ?? recorded, mode: keyMode };
}

/** Whether both places are known, and are not the same. */
function differs(one: Place, other: Place): boolean {
  const isOther = (a: string | undefined, b: string | undefined) => a !== undefined && b !== undefined && a !== b;
  return isOther(one.account, other.account) || isOther(one.mode, other.mode);
}

function isGivenUp({ replacements }: LocalContext, { kind, id }: Question): boolean {
  if (id === undefined) return false;
  if (kind === "productFeatures") return replacements.findReplacementPair(id) !== undefined;
  return isKnownText(replacements.findReplacement(id)?.lookupKey);
}

function successorOf(context: LocalContext, { kind, key, id, owner }: Question, isElsewhere: boolean) {
  if (kind !== "features" || id === undefined) return undefined;
  return findSuccessor(context, { id, lookupKey: key, owner: isElsewhere ? undefined : owner });
}

/** The default policy is a setting of this process. */
function withPolicy({ adopt }: LocalContext, reason: KeepReason | undefined): KeepReason | undefined {
  return reason === undefined || reason.why === "moved" ? reason : { ...reason, adopt: reason.adopt ?? adopt };
}
