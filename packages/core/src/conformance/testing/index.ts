export { hostConformance } from './host-conformance.ts'
export type { Audience, HostUnderTest, Setting, SystemUnderTest } from './host-under-test.ts'
export { probeProtocol } from './probe.protocol.ts'
