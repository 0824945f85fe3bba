import { FlpDemonstration, flpSettings } from '@quorate/core/flp'
import type { Command } from 'commander'
import { exitCodes, UsageError } from '../exit-codes.ts'
import { flpText } from '../flp-text.ts'
import { wholeNumber } from '../run-flags.ts'
import { inSlices } from '../until-interrupted.ts'

/** The flags of `quorate run flp`. */
export interface FlpFlags {
  readonly protocol?: string
  readonly steps?: number
  readonly nodes?: number
  readonly seed?: number
  readonly json?: boolean
}

const ownFlags = ['protocol', 'steps', 'nodes', 'seed', 'json']

/** Adds those that no other run has. */
export function addFlpFlags(command: Command): Command {
  return command
    .option('--protocol <name>', 'with flp: the protocol to keep from deciding; paxos if left out')
    .option(
      '--steps <n>',
      'with flp: for how many steps at least; 200 if left out',
      wholeNumber('steps'),
    )
}

/** @throws UsageError for a flag that means something to flp alone */
export function refuseFlpFlags(flags: FlpFlags): void {
  for (const flag of ['protocol', 'steps'] as const) {
    if (flags[flag] !== undefined)
      throw new UsageError(`--${flag} goes with flp: quorate run flp --protocol paxos --steps 200`)
  }
}

/** Shows the theorem of Fischer, Lynch and Paterson on a protocol. Returns the exit code. */
export async function flp(flags: FlpFlags): Promise<number> {
  const other = Object.entries(flags).find(
    // Where nobody says --no-shrink, commander sets shrink.
    ([flag, value]) => !ownFlags.includes(flag) && !(flag === 'shrink' && value === true),
  )
  if (other) {
    const name = other[0] === 'shrink' ? 'noShrink' : other[0]
    const typed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    throw new UsageError(
      `--${typed} means nothing to flp: it takes --protocol, --nodes, --steps, --seed and --json`,
    )
  }
  const { protocol = 'paxos', nodes, steps, seed } = flags
  const demonstration = new FlpDemonstration(
    flpSettings({
      protocol,
      ...(nodes === undefined ? {} : { nodes }),
      ...(steps === undefined ? {} : { steps }),
      ...(seed === undefined ? {} : { seed }),
    }),
  )
  const { wallSeconds, interrupted } = await inSlices(
    () => demonstration.advance(),
    () => demonstration.progress,
  )
  const report = demonstration.report(wallSeconds)
  process.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : flpText(report))
  return interrupted ? exitCodes.interrupted : exitCodes[report.verdict]
}
