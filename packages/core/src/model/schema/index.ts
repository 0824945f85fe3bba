export { ascendingNodes, byNode, map, nodeSet, perNode, set } from './collections.ts'
export {
  type Kinds,
  list,
  option,
  struct,
  type UnionType,
  type UnionValue,
  union,
} from './composites.ts'
export { DecodeError } from './decode-error.ts'
export {
  type FieldObject,
  FieldOperations,
  type Fields,
  type FieldValues,
  type Measured,
} from './fields.ts'
export { checkNoFieldForgotten, checkNothingForgotten, ForgottenPart } from './forgotten.ts'
export { finish, mix, mixBytes, mixNumber, mixText } from './hash.ts'
export { Reader } from './reader.ts'
export type { Renaming } from './rename.ts'
export {
  bigNatural,
  bool,
  bytes,
  equalBytes,
  int,
  natural,
  nodeId,
  oneOf,
  padding,
  text,
} from './scalars.ts'
export { durable, immutable, type SharedType, type SharedValue, shared } from './shared.ts'
export { decode, encode, type Immutable, type Infer, type Type, type View } from './type.ts'
export { naturalSize, Writer } from './writer.ts'
