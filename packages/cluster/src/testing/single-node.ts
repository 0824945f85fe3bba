import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { ClusterNode, type NodeEvents } from '../cluster-node.ts'
import { freePorts } from '../free-ports.ts'
import { type NodeOptions, parseNodeOptions } from '../node-options.ts'
import { quickRaft } from './start-cluster.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** One Raft node in this process, of a cluster of `nodes`; the others are not there. */
export async function startSingleNode(
  nodes: number,
  events: Partial<NodeEvents> = {},
): Promise<{ node: ClusterNode; options: NodeOptions; failures: Error[] }> {
  const [clientPort = 0, ...ports] = await freePorts(1 + nodes)
  const addresses = ports.map((port) => `127.0.0.1:${port}`).join(',')
  const flags = `--protocol raft --id 0 --nodes ${addresses} --client-port ${clientPort}`.split(' ')
  const parameters = Object.entries(quickRaft).flatMap(([name, value]) => [
    '--param',
    `${name}=${value}`,
  ])
  const options = parseNodeOptions([...flags, '--data', temporaryDirectory(), ...parameters])
  const failures: Error[] = []
  const node = await ClusterNode.start(options, {
    ...events,
    failed: (error) => failures.push(error),
  })
  onTestFinished(() => node.stop())
  return { node, options, failures }
}

/** A connection of a client that says whatever bytes it likes, and what it has been answered. */
export function rawClient(port: number): { socket: Socket; answers(): string } {
  const socket = connect({ host: '127.0.0.1', port })
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk as Buffer))
  socket.on('error', () => {})
  onTestFinished(() => {
    socket.destroy()
  })
  return { socket, answers: () => Buffer.concat(chunks).toString() }
}
