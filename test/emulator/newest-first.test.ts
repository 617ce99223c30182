import assert from "node:assert/strict";
import { seededRandom } from "../../emulator/faults/random";
import { type Listed, NewestFirst } from "../../emulator/store/newest-first";

const item = (sequence: number): Listed => ({ id: `id_${sequence}`, sequence });

describe("NewestFirst", () => {
  it("returns the same pages as a sorted array after random additions and removals", () => {
    const random = seededRandom(42);
    const pick = (below: number) => Math.floor(random() * below);
    const list = new NewestFirst<Listed>();
    const plain = new Map<number, Listed>();
    for (let step = 0; step < 3000; step++) {
      const sequence = pick(200);
      const known = plain.get(sequence);
      if (known === undefined) {
        const added = item(sequence);
        plain.set(sequence, added);
        list.add(added);
      } else if (random() < 0.5) {
        plain.delete(sequence);
        list.remove(known);
      }
      const newest = [...plain.values()].sort((a, b) => b.sequence - a.sequence);
      const limit = 1 + pick(20);
      const cursor = item(pick(200));
      const older = newest.filter((each) => each.sequence < cursor.sequence);
      const newer = newest.filter((each) => each.sequence > cursor.sequence);
      assert.deepEqual(list.page({ limit }), { data: newest.slice(0, limit), hasMore: newest.length > limit });
      assert.deepEqual(list.page({ limit, startingAfter: cursor }), {
        data: older.slice(0, limit),
        hasMore: older.length > limit,
      });
      assert.deepEqual(list.page({ limit, endingBefore: cursor }), {
        data: newer.slice(-limit),
        hasMore: newer.length > limit,
      });
      assert.deepEqual(list.all(), newest);
    }
  });
});
