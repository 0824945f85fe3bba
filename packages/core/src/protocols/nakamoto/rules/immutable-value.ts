import type { SharedMark } from '../../../model/schema/type.ts'

/**
 * What headers, transactions and blocks extend: a class that is empty at run time, and to the type
 * checker bears the mark of values that never change, so that messages and records hold them as they are.
 */
export const ImmutableValue = class {} as unknown as abstract new () => SharedMark
