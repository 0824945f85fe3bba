import {
  type Datum,
  HistoryError,
  type HistoryFormat,
  historyFormats,
  oneDatum,
} from '@quorate/core/checkers'
import type { Command } from 'commander'
import { exitCodes, oneLine, UsageError } from '../exit-codes.ts'
import { type CheckOptions, checkHistoryFile } from '../linearizable/check-history.ts'
import type { HistoryReport } from '../linearizable/history-report.ts'
import {
  jsonOf,
  linearizableDocument,
  linearizableDocuments,
} from '../linearizable/linearizable-document.ts'
import { linearizablePage } from '../linearizable/linearizable-page.ts'
import { linearizableText, overviewLine } from '../linearizable/linearizable-text.ts'
import { existingModel } from '../linearizable/own-model.ts'
import { OutputFile } from '../output-file.ts'
import { columnsOf } from '../text-layout.ts'

interface LinearizableFlags {
  readonly model?: string
  readonly format?: HistoryFormat
  readonly initial?: Datum
  readonly failedCas?: 'differs' | 'nothing'
  readonly limitStates?: number
  readonly limitMemory: number
  readonly limitSeconds: number
  readonly html?: string
  readonly json?: boolean
}

export function addLinearizable(program: Command): void {
  program
    .command('linearizable')
    .description('is a recorded history linearizable: as if every operation took one instant')
    .argument('<files...>', 'histories; - is the standard input')
    .option(
      '--model <model>',
      'register, kv, or a module with a model of your own; guessed if left out',
    )
    .option('--format <format>', `${historyFormats.join(', ')}; guessed if left out`, format)
    .option(
      '--initial <value>',
      'what a register or key holds at first, as EDN: 0, nil, \'""\'',
      datum,
    )
    .option(
      '--failed-cas <meaning>',
      'a cas that failed without an error found that the value differs; or says nothing, as where reads or writes fail so too',
      failedCas,
    )
    .option('--limit-states <n>', 'states searched in each part of a history', limit('states'))
    .option('--limit-memory <size>', 'what a search may take: 512MB, 4GB', bytes, 2 ** 30)
    .option('--limit-seconds <n>', 'time for each file', limit('seconds'), 300)
    .option('--html <file>', 'also write a page with a picture, of one history')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Formats: the log of a Jepsen test; its history.edn; JSON, an object a line:
  {"process":0,"type":"invoke","f":"write","value":3}
  {"process":0,"f":"cas","value":[3,4],"call":10,"return":25}

Exit codes: 0 linearizable, 1 not, 2 no history, 3 inconclusive: a limit was
reached. Of several files: 2 if one of them is no history, otherwise 1, 3, 0
in this order.

Examples:
  quorate linearizable history.edn
  quorate linearizable etcd.log --html etcd.html
  quorate linearizable queue.jsonl --model queue.ts
  quorate linearizable logs/*.log --json`,
    )
    .action(async (files: string[], flags: LinearizableFlags) => {
      process.exitCode = await linearizable(files, flags)
    })
}

async function linearizable(files: readonly string[], flags: LinearizableFlags): Promise<number> {
  const [first = '-', ...others] = files
  if (flags.html !== undefined && others.length > 0) {
    throw new UsageError(`--html draws one history; there are ${files.length}`)
  }
  const options = checkOptions(flags)
  const page = flags.html === undefined ? undefined : new OutputFile(flags.html)
  try {
    return others.length === 0
      ? await one(first, options, flags, page)
      : await several(files, options, flags)
  } finally {
    page?.discard()
  }
}

function checkOptions(flags: LinearizableFlags): CheckOptions {
  const { model, initial } = flags
  const isBuiltIn = model === undefined || model === 'register' || model === 'kv'
  if (!isBuiltIn && initial !== undefined) {
    throw new UsageError('--initial is for register and kv; a model of your own has its own')
  }
  return {
    model: isBuiltIn ? model : { path: existingModel(model) },
    format: flags.format,
    initial,
    failedSwapCompared: flags.failedCas && flags.failedCas === 'differs',
    maxStates: flags.limitStates ?? Number.POSITIVE_INFINITY,
    maxBytes: flags.limitMemory,
    maxSeconds: flags.limitSeconds,
  }
}

async function one(
  path: string,
  options: CheckOptions,
  { json, html }: LinearizableFlags,
  page: OutputFile | undefined,
): Promise<number> {
  const report = await checkHistoryFile(path, options)
  process.stdout.write(
    json
      ? jsonOf(linearizableDocument(report))
      : linearizableText(report, columnsOf(process.stdout)),
  )
  page?.write(Buffer.from(linearizablePage(report)))
  if (page && !json) process.stderr.write(`The picture is in ${html}\n`)
  return exitCodeOf(report)
}

/** A line each, as they come. What is no history is said, and the others are checked. */
async function several(
  files: readonly string[],
  options: CheckOptions,
  { json }: LinearizableFlags,
): Promise<number> {
  const width = Math.max(...files.map((file) => file.length))
  const results: (HistoryReport | { file: string; error: string })[] = []
  const codes: number[] = []
  for (const file of files) {
    try {
      const report = await checkHistoryFile(file, options)
      results.push(report)
      codes.push(exitCodeOf(report))
      if (!json) process.stdout.write(overviewLine(report, width))
      if (report.interrupted) break
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      results.push({ file, error: error.message })
      codes.push(exitCodes.wrongUse)
      process.stderr.write(`quorate: ${oneLine(error.message)}\n`)
    }
  }
  const worst = severity.find((code) => codes.includes(code)) ?? exitCodes.held
  if (json) process.stdout.write(jsonOf(linearizableDocuments(verdictOf(worst), results)))
  return worst
}

const severity = [
  exitCodes.interrupted,
  exitCodes.wrongUse,
  exitCodes.violated,
  exitCodes.inconclusive,
] as const

function verdictOf(code: number): string {
  if (code === exitCodes.held) return 'linearizable'
  return code === exitCodes.violated ? 'violated' : 'inconclusive'
}

function exitCodeOf({ interrupted, outcome }: HistoryReport): number {
  if (interrupted) return exitCodes.interrupted
  return outcome.verdict === 'linearizable' ? exitCodes.held : exitCodes[outcome.verdict]
}

function format(text: string): HistoryFormat {
  const found = historyFormats.find((known) => known === text)
  if (found !== undefined) return found
  throw new UsageError(`--format is '${text}': it must be one of ${historyFormats.join(', ')}`)
}

function failedCas(text: string): 'differs' | 'nothing' {
  if (text === 'differs' || text === 'nothing') return text
  throw new UsageError(`--failed-cas is '${text}': it must be differs or nothing`)
}

function datum(text: string): Datum {
  try {
    return oneDatum(text)
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error
    throw new UsageError(`--initial is '${text}': it must be a value such as 0, nil or '"text"'`)
  }
}

function limit(what: string): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+(\.\d+)?$/.test(text) && value > 0 && Number.isFinite(value)) return value
    throw new UsageError(`--limit-${what} is '${text}': it must be a number above 0`)
  }
}

const unitBytes: Readonly<Record<string, number>> = { KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 }

function bytes(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(KB|MB|GB)$/i.exec(text) ?? []
  if (number !== undefined && Number(number) > 0) {
    return Number(number) * (unitBytes[unit.toUpperCase()] as number)
  }
  throw new UsageError(`--limit-memory is '${text}': it must be a size such as 512MB or 4GB`)
}
