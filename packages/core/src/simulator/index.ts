export type { Fault, FaultAction } from './faults/fault.ts'
export { faultForms, formatFault, parseFault } from './faults/fault-spec.ts'
export { eventKinds, Trace, type TraceEvent } from './trace.ts'
export { type Workload, World, type WorldOptions } from './world.ts'
