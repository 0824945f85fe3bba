import { styleText } from 'node:util'
import { Experiment, planOf, type Scenario } from '@quorate/core/experiments'
import type { Command } from 'commander'
import { exitCodeOf, exitCodes } from '../exit-codes.ts'
import { runText } from '../run-text.ts'
import { runToEnd } from '../run-to-end.ts'
import { columnsOf, wrapped } from '../text-layout.ts'

/** The headline: two protocols that could not be more different, each in the world it was made for. */
const scenarios: readonly { readonly say: string; readonly scenario: Scenario }[] = [
  {
    say: 'Raft: five nodes in five cities, under whatever faults the seed draws; then they heal.',
    scenario: { protocol: 'raft', nodes: 5, network: 'wan', chaos: true, seed: 7, for: '60s' },
  },
  {
    say: 'Nakamoto: a hundred nodes on the Bitcoin network as measured, a block a minute.',
    scenario: {
      protocol: 'nakamoto',
      nodes: 100,
      network: 'bitcoin',
      seed: 7,
      until: 300,
      parameters: { targetSpacingSeconds: 60 },
      faults: ['crash:minority@20min+30min', 'loss:5%@1h+1h'],
    },
  },
  {
    say: 'And Raft with a planted bug, to show that a verdict can be otherwise.',
    scenario: {
      protocol: 'raft+snapshot-loses-sessions',
      nodes: 5,
      network: 'wan',
      chaos: true,
      seed: 7,
    },
  },
]

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('the main idea in half a minute: Raft, Nakamoto and a planted bug')
    .addHelpText('after', '\nExample:\n  quorate demo')
    .action(async () => {
      process.exitCode = await demo()
    })
}

async function demo(): Promise<number> {
  let code: number = exitCodes.held
  for (const { say, scenario } of scenarios) {
    const introduction = wrapped(say, columnsOf(process.stdout)).join('\n')
    process.stdout.write(`${styleText(['bold', 'underline'], introduction)}\n\n`)
    const experiment = new Experiment(planOf(scenario))
    const { wallSeconds, interrupted } = await runToEnd(experiment)
    const report = experiment.report(wallSeconds)
    process.stdout.write(`${runText(report, experiment)}\n`)
    if (interrupted) return exitCodes.interrupted
    const planted = scenario.protocol.includes('+')
    if (planted ? report.verdict !== 'violated' : report.verdict !== 'held')
      code = exitCodeOf(report) || exitCodes.violated
  }
  process.stdout.write(`What to try next:
  npx quorate run raft --fault crash:leader@3s+2s --fault isolate:leader@6s+2s
  npx quorate run nakamoto --nodes 300 --until 1000
  npx quorate run raft+joint-consensus-skipped --chaos --seed 3
  npx quorate list
`)
  return code
}
