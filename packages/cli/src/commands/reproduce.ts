import { type Effort, type Reproduction, reproductions } from '@quorate/core/experiments'
import type { Command } from 'commander'
import { exitCodes, UsageError } from '../exit-codes.ts'
import { OutputFile } from '../output-file.ts'
import { reproduceAll } from '../reproduction/reproduce-all.ts'
import { reproductionPage } from '../reproduction/reproduction-page.ts'
import { type Reproduced, reproductionText } from '../reproduction/reproduction-text.ts'
import { columnsOf } from '../text-layout.ts'

interface ReproduceFlags {
  readonly quick?: boolean
  readonly html?: string
  readonly json?: boolean
}

export function addReproduce(program: Command): void {
  program
    .command('reproduce')
    .description('published results, measured anew: theirs, ours, the tolerance')
    .argument(
      '[results...]',
      `which; all if left out: ${reproductions.map(({ name }) => name).join(', ')}`,
    )
    .option('--quick', 'a first look, with fewer runs')
    .option('--html <file>', 'also write a page with plots')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Exit codes: 0 all figures agree, or differ for a known reason, 1 some differ.

Examples:
  quorate reproduce --quick
  quorate reproduce message-complexity message-delays
  quorate reproduce --html reproduction.html`,
    )
    .action(async (names: string[], flags: ReproduceFlags) => {
      process.exitCode = await reproduce(names, flags)
    })
}

async function reproduce(names: readonly string[], flags: ReproduceFlags): Promise<number> {
  const chosen = names.length === 0 ? reproductions : names.map(reproductionNamed)
  const effort: Effort = flags.quick ? 'quick' : 'full'
  const file = flags.html === undefined ? undefined : new OutputFile(flags.html)
  try {
    const started = performance.now()
    const results = await reproduceAll(chosen, effort)
    const wallSeconds = (performance.now() - started) / 1000
    const json = () => `${JSON.stringify(documentOf(results, effort, wallSeconds), null, 2)}\n`
    process.stdout.write(
      flags.json ? json() : reproductionText(results, wallSeconds, columnsOf(process.stdout)),
    )
    file?.write(Buffer.from(reproductionPage(results, effort)))
    if (file && !flags.json) process.stderr.write(`The page is in ${flags.html}\n`)
    return results.some(differs) ? exitCodes.violated : exitCodes.held
  } finally {
    file?.discard()
  }
}

function reproductionNamed(name: string): Reproduction {
  const found = reproductions.find((known) => known.name === name)
  if (found) return found
  const known = reproductions.map((reproduction) => reproduction.name).join(', ')
  throw new UsageError(`unknown result '${name}': the results are ${known}`)
}

/** Whether some figure differs for no reason that is known. */
function differs({ rows }: Reproduced): boolean {
  return rows.some(({ agrees, finding }) => !agrees && finding === undefined)
}

function documentOf(results: readonly Reproduced[], effort: Effort, wallSeconds: number) {
  return {
    schema: 'quorate.reproduce/1',
    effort,
    results: results.map(({ reproduction: { name, title, source }, rows }) => ({
      name,
      title,
      source,
      rows,
    })),
    wallSeconds,
  }
}
