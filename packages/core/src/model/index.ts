export type {
  CheckWorld,
  OpeningEvent,
  WorldBound,
  WorldBounds,
  WorldCommand,
} from './check-world.ts'
export type { Checker, CheckerContext, Invariant, Moment, Violation } from './checker.ts'
export { clientSigner, signedRequest } from './client-signature.ts'
export { dropFirst } from './drop-first.ts'
export type { Goal } from './goal.ts'
export { fromHex, toHex } from './hex.ts'
export type { AttackerHost, Digest, Host, Signature } from './host.ts'
export {
  type LogPosition,
  type Micros,
  microsPerMillisecond,
  microsPerSecond,
  type NodeId,
  type RequestId,
} from './identity.ts'
export {
  type AnyNode,
  type AnyNodeClass,
  type Machine,
  type MachineClass,
  type MachineSchema,
  machine,
  type StateOperations,
  withFields,
} from './machine.ts'
export type { Outcome, Output, Reply } from './output.ts'
export {
  type ParameterDeclaration,
  type ParameterDeclarations,
  type ParameterValues,
  parameterValues,
} from './parameters.ts'
export type {
  Attack,
  Beyond,
  ClientRule,
  ClockAssumption,
  Mutant,
  Paper,
  Protocol,
  RequestForms,
  Resilience,
} from './protocol.ts'
export type { ProtocolNode } from './protocol-node.ts'
export * from './schema/index.ts'
export { doubleSha256, doubleSha256Into, sha256 } from './sha256.ts'
export type { StateMachine } from './state-machine.ts'
