export { ClusterClient, type ClusterClientOptions } from './client/client.ts'
export { BadRequestError, RefusedError, UnknownOutcomeError } from './client/client-errors.ts'
export { ClientPort, type ClientPortOptions } from './client/client-port.ts'
export { ClusterNode, type NodeEvents } from './cluster-node.ts'
export { Miner, type MinerOptions } from './mining/miner.ts'
export {
  ensureNodeKey,
  type NodeKeys,
  NodeKeysError,
  readNodeKeys,
  writePublicKeys,
} from './network/node-keys.ts'
export type { Address } from './network/outgoing-link.ts'
export { Transport, type TransportEvent, type TransportOptions } from './network/transport.ts'
export { type NodeOptions, NodeOptionsError, nodeUsage, parseNodeOptions } from './node-options.ts'
export { type Network, ProcessHost, type ProcessHostOptions } from './process-host.ts'
export { DirectoryInUseError, DirectoryLock } from './storage/directory-lock.ts'
export { Disk, DiskFile } from './storage/disk.ts'
export { LogDamageError } from './storage/log-format.ts'
export { WriteAheadLog, type WriteAheadLogOptions } from './storage/write-ahead-log.ts'
export { Supervisor, type SupervisorOptions } from './supervisor.ts'
