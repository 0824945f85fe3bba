/**
 * The longest time without an event between two times, their own ends included.
 * @param times in ascending order, in the unit of the result
 */
export function longestGap(times: readonly number[], from: number, to: number): number {
  let longest = 0
  let last = from
  for (const at of times) {
    if (at < from) continue
    if (at > to) break
    longest = Math.max(longest, at - last)
    last = at
  }
  return Math.max(longest, to - last)
}
