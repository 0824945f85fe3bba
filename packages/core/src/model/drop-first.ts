/**
 * Takes the first elements out of a list. One is what a step most often takes, and an engine shifts a
 * short list in place, where `splice` makes a list of what it takes out.
 */
export function dropFirst(list: unknown[], count: number): void {
  if (count === 1) list.shift()
  else if (count > 1) list.splice(0, count)
}
