import type { History } from '../history.ts'

/** The place of what does not happen: after all others. */
export const never = 0x7fffffff

/**
 * When operations were called and returned, relative to each other: places in the common order of
 * all calls and returns. At equal times calls come before returns, so that operations that may have
 * overlapped do.
 */
export interface Timeline {
  /** The operations of interest, by call. */
  readonly byCall: readonly number[]
  /** Those of them that returned, by return. */
  readonly byReturn: readonly number[]
  /** The place of the call of each operation. One entry more, `never`, stands for no operation. */
  readonly callAt: Int32Array
  /** The place of the return of each operation, `never` if it is open; again with one entry more. */
  readonly returnAt: Int32Array
  /**
   * A number that no other operation has while this one is under way, as low as possible: it is used
   * again by the next after it returned. Open operations keep theirs.
   */
  readonly lane: Int32Array
  readonly lanes: number
}

/** The timeline of those of `operations` that are `included`. They are sorted by call. */
export function timelineOf(
  operations: History<unknown, unknown>,
  included: readonly boolean[],
): Timeline {
  const count = operations.length
  const returnTime = operations.map((operation) => operation.return ?? Number.POSITIVE_INFINITY)
  const byCall: number[] = []
  const byReturn: number[] = []
  for (let operation = 0; operation < count; operation++) {
    if (!included[operation]) continue
    byCall.push(operation)
    if (returnTime[operation] !== Number.POSITIVE_INFINITY) byReturn.push(operation)
  }
  byReturn.sort((a, b) => (returnTime[a] as number) - (returnTime[b] as number))

  const callAt = new Int32Array(count + 1).fill(never)
  const returnAt = new Int32Array(count + 1).fill(never)
  const lane = new Int32Array(count)
  const freeLanes: number[] = []
  let lanes = 0
  let place = 0
  let called = 0
  const callUntil = (time: number) => {
    for (; called < byCall.length; called++) {
      const operation = byCall[called] as number
      if ((operations[operation]?.call as number) > time) return
      callAt[operation] = place++
      lane[operation] = freeLanes.pop() ?? lanes++
    }
  }
  for (const operation of byReturn) {
    callUntil(returnTime[operation] as number)
    returnAt[operation] = place++
    freeLanes.push(lane[operation] as number)
  }
  callUntil(Number.POSITIVE_INFINITY)
  return { byCall, byReturn, callAt, returnAt, lane, lanes }
}
