import { commands } from '../../packages/netlink/dist/cli/commands.js'
import {
  programExamples,
  programExitCodes,
  programOptions,
  programSummary,
} from '../../packages/netlink/dist/cli/program.js'
import { commandPage, programPage } from './man-page.js'

/** Returns the manual pages of `netloom` and its commands, by file name. */
export async function manPages(): Promise<ReadonlyMap<string, string>> {
  const all = await Promise.all(
    Object.entries(commands).map(async ([name, { summary, load }]) => {
      const { declaration } = await load()
      return { name, summary, declaration }
    }),
  )
  const program = {
    summary: programSummary,
    options: programOptions,
    examples: programExamples,
    exitCodes: programExitCodes,
  }
  return new Map([
    ['netloom.1', programPage(program, all)],
    ...all.map((each) => [`netloom-${each.name}.1`, commandPage(each)] as const),
  ])
}
