import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { NodeId } from '@quorate/core/model'
import { ClusterClient, type ClusterClientOptions } from './client/client.ts'
import { freePorts } from './free-ports.ts'
import { ensureNodeKey, writePublicKeys } from './network/node-keys.ts'
import type { Address } from './network/outgoing-link.ts'
import { siblingModule } from './sibling-module.ts'

export interface SupervisorOptions {
  readonly protocol: string
  readonly nodes: number
  readonly parameters?: { readonly [name: string]: number }
  /** Where the nodes keep their data; a directory that is removed in the end if left out. */
  readonly directory?: string
  readonly hashesPerSecond?: number
  readonly checkpointBytes?: number
  /** Let `cut` and `heal` work. */
  readonly allowFaults?: boolean
}

const loopback = '127.0.0.1'

/** A cluster on this machine: a process a node. They end when the process that started them ends. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #ports: readonly number[]
  readonly #clientPorts: readonly number[]
  readonly #directory: string
  readonly #isTemporary: boolean
  readonly #children = new Map<NodeId, ChildProcess>()

  /** Starts the nodes, and returns once each of them takes part. */
  static async start(options: SupervisorOptions): Promise<Supervisor> {
    const ports = await freePorts(2 * options.nodes)
    const supervisor = new Supervisor(options, ports)
    try {
      await Promise.all(supervisor.nodes.map((node) => supervisor.startNode(node)))
    } catch (error) {
      await supervisor.stop()
      throw error
    }
    return supervisor
  }

  private constructor(options: SupervisorOptions, ports: readonly number[]) {
    this.#options = options
    this.#ports = ports.slice(0, options.nodes)
    this.#clientPorts = ports.slice(options.nodes)
    this.#isTemporary = options.directory === undefined
    this.#directory = options.directory ?? mkdtempSync(join(tmpdir(), 'quorate-cluster-'))
    const publicKeys = this.nodes.map((node) => {
      mkdirSync(this.directoryOf(node), { recursive: true })
      return ensureNodeKey(this.directoryOf(node))
    })
    writePublicKeys(this.#publicKeysPath, publicKeys)
  }

  get nodes(): NodeId[] {
    return Array.from({ length: this.#options.nodes }, (_, node) => node)
  }

  /** Where clients connect, by node. */
  get clientAddresses(): Address[] {
    return this.#clientPorts.map((port) => ({ host: loopback, port }))
  }

  get #publicKeysPath(): string {
    return join(this.#directory, 'public-keys')
  }

  directoryOf(node: NodeId): string {
    return join(this.#directory, `node-${node}`)
  }

  client(options: Omit<ClusterClientOptions, 'addresses'> = {}): ClusterClient {
    return new ClusterClient({ ...options, addresses: this.clientAddresses })
  }

  /** The number of a node's process, while it runs. */
  processOf(node: NodeId): number | undefined {
    return this.#children.get(node)?.pid
  }

  /** What a node has logged, in all its lives. */
  logOf(node: NodeId): string {
    return readFileSync(this.#logPath(node), 'utf8')
  }

  /** Starts a node that does not run. @throws if it ends before it takes part */
  async startNode(node: NodeId): Promise<void> {
    if (this.#children.has(node)) throw new Error(`node ${node} is running`)
    const modulePath = fileURLToPath(siblingModule(import.meta.url, 'node-process'))
    const logFile = openSync(this.#logPath(node), 'a')
    const child = spawn(
      process.execPath,
      [...sourceFlags(modulePath), modulePath, ...this.#flagsOf(node)],
      // The child's input stays open for as long as this process lives, however it ends.
      { stdio: ['pipe', 'pipe', logFile] },
    )
    closeSync(logFile)
    this.#children.set(node, child)
    child.on('exit', () => this.#children.delete(node))
    const ready = once(child.stdout as NodeJS.ReadableStream, 'data')
    const exited = once(child, 'exit').then(([code, signal]) => {
      throw new Error(
        `node ${node} ended with ${signal ?? code}: ${this.logOf(node).trimEnd().split('\n').at(-1)}`,
      )
    })
    exited.catch(() => {})
    await Promise.race([ready, exited])
  }

  /** Ends a node at once, as a crash would (SIGKILL). */
  async kill(node: NodeId): Promise<void> {
    await this.#end(node, 'SIGKILL')
  }

  /** Ends a node in order (SIGTERM). */
  async stopNode(node: NodeId): Promise<void> {
    await this.#end(node, 'SIGTERM')
  }

  async restart(node: NodeId): Promise<void> {
    await this.kill(node)
    await this.startNode(node)
  }

  /** Ends all nodes at once, and removes their data if nobody asked for it to be kept. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => this.kill(node)))
    if (this.#isTemporary) rmSync(this.#directory, { recursive: true, force: true })
  }

  /** Cuts the link between two nodes, both ways. Needs `allowFaults`. */
  async cut(a: NodeId, b: NodeId): Promise<void> {
    await this.#order(a, `cut ${b}`)
    await this.#order(b, `cut ${a}`)
  }

  async heal(a: NodeId, b: NodeId): Promise<void> {
    await this.#order(a, `heal ${b}`)
    await this.#order(b, `heal ${a}`)
  }

  /** Asks one node one line of the client protocol, and returns its answer. */
  async ask(node: NodeId, line: string): Promise<string> {
    const socket = connect({ host: loopback, port: this.#clientPorts[node] as number })
    socket.end(`${line}\n`)
    return (await text(socket)).trimEnd()
  }

  async #order(node: NodeId, line: string): Promise<void> {
    const answer = await this.ask(node, line)
    if (answer !== 'ok') throw new Error(`node ${node} answered '${line}' with '${answer}'`)
  }

  async #end(node: NodeId, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#children.get(node)
    if (child === undefined) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }

  #logPath(node: NodeId): string {
    return join(this.#directory, `node-${node}.log`)
  }

  #flagsOf(node: NodeId): string[] {
    const { protocol, parameters, hashesPerSecond, checkpointBytes, allowFaults } = this.#options
    const flag = (name: string, value: string | number | undefined) =>
      value === undefined ? [] : [name, String(value)]
    return [
      ...flag('--protocol', protocol),
      ...flag('--id', node),
      ...flag('--nodes', this.#ports.map((port) => `${loopback}:${port}`).join(',')),
      ...flag('--client-port', this.#clientPorts[node]),
      ...flag('--data', this.directoryOf(node)),
      ...flag('--keys', this.#publicKeysPath),
      ...Object.entries(parameters ?? {}).flatMap(([name, value]) => [
        '--param',
        `${name}=${value}`,
      ]),
      ...flag('--hashes-per-second', hashesPerSecond),
      ...flag('--checkpoint-bytes', checkpointBytes),
      ...(allowFaults ? ['--allow-faults'] : []),
      '--end-with-input',
    ]
  }
}

/** A checkout runs from its sources, which import each other's. */
function sourceFlags(modulePath: string): string[] {
  return extname(modulePath) === '.ts' ? ['--conditions=quorate-source'] : []
}
