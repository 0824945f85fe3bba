import { compared } from '@quorate/core/experiments'
import { answerTasks } from '../in-threads.ts'
import type { ColumnTask } from './compare-all.ts'

answerTasks(({ name, settings }: ColumnTask, progress) => compared(name, settings, progress))
