import { type Reproduction, reproductions } from '@quorate/core/experiments'
import { answerTasks } from '../in-threads.ts'
import type { ReproductionTask } from './reproduce-all.ts'

answerTasks(({ name, effort }: ReproductionTask, progress) => {
  const { run } = reproductions.find((known) => known.name === name) as Reproduction
  return run(effort, (done, total) => progress(`${done} of ${total}`))
})
