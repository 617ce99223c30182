import type { LoggedRequest } from "../../emulator";

/** What a command has asked of Stripe. */
export interface RequestCounts {
  readonly lists: number;
  /** Of single objects, the account among them. */
  readonly reads: number;
  readonly writes: number;
  /** Of all of them, those that were answered 429. */
  readonly refused: number;
}

const listRoutes = ["/v1/entitlements/features", "/v1/products/:product/features", "/v1/products"];

export function countsOf(requests: readonly LoggedRequest[]): RequestCounts {
  const reads = requests.filter(({ method }) => method === "GET");
  const lists = reads.filter(({ route }) => route !== undefined && listRoutes.includes(route)).length;
  return {
    lists,
    reads: reads.length - lists,
    writes: requests.length - reads.length,
    refused: requests.filter(({ status }) => status === 429).length,
  };
}

export function sumOf({ lists, reads, writes }: RequestCounts): number {
  return lists + reads + writes;
}
