import * as z from "../zod";
import type { DiffResult } from "./resource-rules";

/** All that the rules know about one property of a resource. */
interface Property<Field extends PropertyKey = PropertyKey> {
  /** Type and limits of the declared value. */
  readonly schema: z.ZodType;
  /**
   * The cost of a change: a replacement, an update request, or nothing, because only the state
   * holds the property (a delete sees nothing else).
   */
  readonly change: "replace" | "update" | "stateOnly";
  /** The field of Stripe's object that holds the value. Absent when Stripe does not store it. */
  readonly field?: Field;
  /** The value that Stripe stores for an absent one. */
  readonly absent?: unknown;
  /** Whether two values are the same. Default: `===`. */
  readonly isSame?: (one: never, other: never) => boolean;
}

/** One entry per property of `Inputs`, so that a forgotten property does not compile. */
export type PropertyTable<Inputs, Content = object> = {
  readonly [name in keyof Required<Inputs>]: Property<keyof Content>;
};

type AnyTable = Readonly<Record<string, Property>>;
type Values = Readonly<Record<string, unknown>>;

/** Returns the schema of all properties of the table. It rejects others. */
export function schemaOf(table: AnyTable): z.ZodObject {
  return z.strictObject(Object.fromEntries(Object.entries(table).map(([name, { schema }]) => [name, schema])));
}

/** Returns what the changes of the declared values require. */
export function diffOf(table: AnyTable, olds: object, news: object): DiffResult {
  const changed = changedProperties(table, olds, news);
  const replaces = changed.filter((name) => table[name]?.change === "replace");
  return { changed, replaces };
}

/** Whether the changes of the declared values need an update request. */
export function needsRequest(table: AnyTable, olds: object, news: object): boolean {
  return changedProperties(table, olds, news).some((name) => table[name]?.change === "update");
}

function changedProperties(table: AnyTable, olds: object, news: object): readonly string[] {
  return Object.entries(table).flatMap(([name, property]) => {
    const [old, wanted] = [(olds as Values)[name], (news as Values)[name]];
    // An imported resource knows the values that replace it only after a refresh.
    if (property.change === "replace" && old === undefined) return [];
    return isSame(property, old, wanted) ? [] : [name];
  });
}

/** The fields of Stripe's object that a table covers. */
type FieldsOf<Table> = Extract<Table[keyof Table], { readonly field: PropertyKey }>["field"];

/** Returns the fields of Stripe's object for the declared values. */
export function contentOf<Content, Table extends AnyTable>(
  table: Table,
  inputs: object,
): Pick<Content, FieldsOf<Table> & keyof Content> {
  const stored = Object.entries(table).flatMap(([name, { field, absent }]) =>
    field === undefined ? [] : [[field, (inputs as Values)[name] ?? absent] as const],
  );
  return Object.fromEntries(stored) as Pick<Content, FieldsOf<Table> & keyof Content>;
}

/** Returns the values of the properties that Stripe stores, as its object holds them. */
export function storedValues(table: AnyTable, object: object): Values {
  const values = Object.entries(table).map(([name, { field }]) => [name, field && (object as Values)[field as string]]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** Returns the values of the properties that only the state holds. */
export function stateOnlyValues(table: AnyTable, inputs: object): Values {
  return pick(table, inputs, ({ change }) => change === "stateOnly");
}

/** Returns the state with the values that only the state holds replaced by those of `news`. */
export function withStateOnlyValues<State extends object>(table: AnyTable, state: State, news: object): State {
  const rest = Object.entries(state).filter(([name]) => table[name]?.change !== "stateOnly");
  return { ...Object.fromEntries(rest), ...stateOnlyValues(table, news) } as State;
}

/**
 * Returns the inputs that would declare what the state holds. Values that are the same as absent
 * ones are left out.
 */
export function inputsOf<Inputs>(table: AnyTable, state: object): Inputs {
  return pick(table, state, (property, value) => !isSame(property, value, undefined)) as Inputs;
}

/**
 * Returns the names of the properties whose value in Stripe's object differs from the declared one.
 */
export function differingProperties(table: AnyTable, object: object, inputs: object): readonly string[] {
  const observed = storedValues(table, object);
  return Object.entries(table).flatMap(([name, property]) => {
    if (property.change !== "update") return [];
    return isSame(property, observed[name], (inputs as Values)[name]) ? [] : [name];
  });
}

function isSame({ isSame: compare, absent }: Property, one: unknown, other: unknown): boolean {
  const [left, right] = [one ?? absent, other ?? absent];
  return compare === undefined ? left === right : compare(left as never, right as never);
}

function pick(table: AnyTable, from: object, isWanted: (property: Property, value: unknown) => boolean): Values {
  const entries = Object.entries(table).flatMap(([name, property]) => {
    const value = (from as Values)[name];
    return value !== undefined && isWanted(property, value) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}
