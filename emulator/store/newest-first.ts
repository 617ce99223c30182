/** An object that can be listed. */
export interface Listed {
  readonly id: string;
  /** Position in the order of creation. */
  readonly sequence: number;
}

/** Returns records of the storage in the order of creation. */
export function inCreationOrder<T extends Listed>(records: readonly T[]): T[] {
  return records.toSorted((one, other) => one.sequence - other.sequence);
}

/**
 * Selects a page of a list. At most one cursor is set, and the page excludes the object that it
 * names.
 */
export interface PageRequest {
  readonly limit: number;
  readonly startingAfter?: Listed | undefined;
  readonly endingBefore?: Listed | undefined;
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly hasMore: boolean;
}

/**
 * A list in the order newest first. Every page costs the same: cursors are found by binary search
 * on the order of creation, which also works for a cursor that a filter excludes from the list.
 */
export class NewestFirst<T extends Listed> {
  /** Oldest first, so that adding a new item is a push. */
  readonly #items: T[] = [];

  add(item: T): void {
    const index = this.#countBefore(item.sequence);
    if (index === this.#items.length) this.#items.push(item);
    else this.#items.splice(index, 0, item);
  }

  remove(item: T): void {
    const index = this.#countBefore(item.sequence);
    if (this.#items[index] === item) this.#items.splice(index, 1);
  }

  all(): T[] {
    return this.#items.toReversed();
  }

  page({ limit, startingAfter, endingBefore }: PageRequest): Page<T> {
    if (endingBefore !== undefined) {
      const start = this.#countBefore(endingBefore.sequence + 1);
      const end = start + limit;
      return { data: this.#items.slice(start, end).reverse(), hasMore: end < this.#items.length };
    }
    const end = startingAfter === undefined ? this.#items.length : this.#countBefore(startingAfter.sequence);
    const start = Math.max(0, end - limit);
    return { data: this.#items.slice(start, end).reverse(), hasMore: start > 0 };
  }

  /**
   * Returns the number of items older than `sequence`, which is the index of the first one that is
   * not.
   */
  #countBefore(sequence: number): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#items[middle]?.sequence ?? Number.POSITIVE_INFINITY) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
