import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { KeyValueStore } from '@quorate/core/machines'
import type { Output } from '@quorate/core/model'
import { ClientPort } from './client/client-port.ts'
import type { Party } from './network/handshake.ts'
import { ensureNodeKey, readNodeKeys } from './network/node-keys.ts'
import { Transport, type TransportEvent } from './network/transport.ts'
import type { NodeOptions } from './node-options.ts'
import { ProcessHost } from './process-host.ts'
import { DirectoryLock } from './storage/directory-lock.ts'
import { Disk } from './storage/disk.ts'

/** What a node tells the process around it. */
export interface NodeEvents {
  network?(event: TransportEvent): void
  output?(event: Output): void
  /** The node cannot go on, and has stopped. */
  failed(error: Error): void
}

/** One node of a cluster: the protocol's class, wrapped by a disk, the network and a port for clients. */
export class ClusterNode {
  readonly host: ProcessHost
  readonly transport: Transport
  readonly #clients: ClientPort | undefined
  readonly #lock: DirectoryLock

  /**
   * Starts a node on what its data directory holds.
   * @throws LogDamageError, DirectoryInUseError, NodeKeysError, or the system's error where an address is taken
   */
  static async start(options: NodeOptions, events: NodeEvents): Promise<ClusterNode> {
    const { directory } = options
    mkdirSync(directory, { recursive: true })
    const lock = DirectoryLock.acquire(directory)
    try {
      ensureNodeKey(directory)
      await new Disk().syncDirectory(dirname(directory))
      return await startParts(options, events, lock)
    } catch (error) {
      lock.release()
      throw error
    }
  }

  constructor(
    host: ProcessHost,
    transport: Transport,
    clients: ClientPort | undefined,
    lock: DirectoryLock,
  ) {
    this.host = host
    this.transport = transport
    this.#clients = clients
    this.#lock = lock
  }

  /** Ends in order: what the node has persisted is on the disk, and the directory is free. */
  async stop(): Promise<void> {
    await this.#clients?.stop()
    await this.transport.stop()
    await this.host.stop()
    this.#lock.release()
  }
}

async function startParts(
  options: NodeOptions,
  events: NodeEvents,
  lock: DirectoryLock,
): Promise<ClusterNode> {
  const { protocol, self, addresses, bind, clientPort, directory, publicKeysPath } = options
  const keys =
    publicKeysPath === undefined
      ? undefined
      : readNodeKeys(directory, publicKeysPath, self, addresses.length)
  const { cluster } = options
  const nodes = addresses.length
  const party: Party = { protocol: protocol.name, cluster, self, nodes, clientPort, keys }
  const transport = new Transport({
    party,
    addresses,
    bind,
    receive: (from, frame) => host.receive(from, frame),
    report: (event) => events.network?.(event),
  })
  const host = await ProcessHost.start({
    protocol,
    self,
    nodes,
    parameters: options.parameters,
    directory,
    network: {
      send: (to, frame) => transport.send(to, frame),
      pause: () => {
        transport.pause()
        clients?.pause()
      },
      resume: () => {
        transport.resume()
        clients?.resume()
      },
    },
    application: new KeyValueStore(),
    ...(keys && { keys }),
    ...(options.hashesPerSecond !== undefined && { hashesPerSecond: options.hashesPerSecond }),
    ...(options.checkpointBytes !== undefined && { checkpointBytes: options.checkpointBytes }),
    output: (event) => events.output?.(event),
    failed: events.failed,
  })
  const clients =
    clientPort === 0
      ? undefined
      : new ClientPort({
          protocol,
          host,
          transport,
          bind,
          port: clientPort,
          allowFaults: options.allowFaults,
        })
  const node = new ClusterNode(host, transport, clients, lock)
  try {
    await clients?.start()
    await transport.start()
  } catch (error) {
    await node.stop()
    throw error
  }
  return node
}
