import { bytes, decode, encode, type LogPosition, list } from '@quorate/core/model'
import type { Disk } from '../storage/disk.ts'
import { WriteAheadLog } from '../storage/write-ahead-log.ts'

const Texts = list(bytes)

/** The simplest owner of a log: its durable state is the list of all records. */
export class ListLog {
  readonly records: string[] = []
  /** How many records the log said are durable, at each time. */
  readonly confirmed: LogPosition[] = []
  failure: Error | undefined
  private log: WriteAheadLog | undefined
  private readonly waiting: { position: LogPosition; resolve: () => void }[] = []

  static async open(
    directory: string,
    options: {
      disk?: Disk
      checkpointBytes?: number
      node?: number
      protocol?: string
    } = {},
  ): Promise<ListLog> {
    const list = new ListLog()
    list.log = await WriteAheadLog.open({
      directory,
      owner: {
        protocol: options.protocol ?? 'list',
        node: options.node ?? 0,
        restore: (checkpoint) => {
          for (const record of decode(Texts, checkpoint)) list.records.push(asText(record))
        },
        replay: (record) => list.records.push(asText(record)),
      },
      durable: (position) => list.becameDurable(position),
      failed: (error) => {
        list.failure = error
      },
      ...(options.checkpointBytes === undefined
        ? {}
        : { checkpointBytes: options.checkpointBytes, checkpoint: () => list.encoded() }),
      ...(options.disk === undefined ? {} : { disk: options.disk }),
    })
    return list
  }

  get opened(): WriteAheadLog {
    if (this.log === undefined) throw new Error('not open')
    return this.log
  }

  append(record: string): LogPosition {
    this.records.push(record)
    return this.opened.append(Buffer.from(record))
  }

  /** Resolves when everything appended so far is durable. */
  async settled(): Promise<void> {
    const position = this.opened.appended
    if (this.opened.durable >= position) return
    await new Promise<void>((resolve) => this.waiting.push({ position, resolve }))
  }

  async close(): Promise<void> {
    await this.opened.close()
  }

  private becameDurable(position: LogPosition): void {
    this.confirmed.push(position)
    while (this.waiting[0] && this.waiting[0].position <= position) this.waiting.shift()?.resolve()
  }

  private encoded(): Uint8Array {
    return encode(
      Texts,
      this.records.map((record) => Buffer.from(record)),
    )
  }
}

function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}
