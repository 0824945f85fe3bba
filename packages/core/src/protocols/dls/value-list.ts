import { equalBytes } from '../../model/index.ts'

/** A value that is proposed and decided: any bytes. */
export type Value = Uint8Array

export function includesValue(values: readonly Value[], value: Value): boolean {
  for (const other of values) if (equalBytes(other, value)) return true
  return false
}

/** Each value once, where it comes first. */
export function distinctValues(values: readonly Value[]): Value[] {
  const distinct: Value[] = []
  for (const value of values) if (!includesValue(distinct, value)) distinct.push(value)
  return distinct
}
