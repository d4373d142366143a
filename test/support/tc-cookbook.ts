import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { type CookbookRow, cookbookSections } from './cookbook.js'
import { complaint, inScratch, type Namespace } from './netns.js'

/** Title of the section of docs/cookbook.md about tc. */
export const tcTitle = 'Traffic control'

/** Milliseconds in which the twins become equal, at most. */
const SETTLING = 10_000

const isRead = (command: string) => / (show|list)\b/.test(command)

const run = (namespace: Namespace, command: string) => {
  const [program = '', ...args] = command.split(' ')
  return namespace.exec(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Returns what tc prints about a namespace, without numbers of qdiscs that the kernel counts for all namespaces, and flows. */
function stateOf(namespace: Namespace): string {
  const commands = [
    ...['qdisc show', 'class show dev eth0', 'filter show dev eth0', 'actions list action mirred'],
    ...['ingress', 'egress'].flatMap((hook) => [`filter show dev eth0 ${hook}`, `chain show dev eth0 ${hook}`]),
  ]
  return namespace
    .exec('sh', ['-c', commands.map((command) => `tc -d ${command} 2>&1 || :`).join('\n')])
    .replace(/\b8[0-9a-f]{3}:(?!:)/g, 'own:')
    .replace(/refcnt \d+|direct_packets_stat \d+|^class (cake|sfq|fq_codel) .*$/gm, '')
}

/** Beginnings of the objects that tc lists as text: its JSON is not valid for each kind. Priorities of filters have no handle. */
const objectLines: Readonly<Record<string, RegExp>> = {
  ...{ qdisc: /^qdisc /gm, class: /^class /gm, chain: /^chain /gm },
  ...{ filter: /^filter .* (fh|handle) /gm, actions: /^\s*action order /gm },
}

/** Returns the number of objects that tc lists. */
const countOf = (namespace: Namespace, command: string): number =>
  run(namespace, command).match(objectLines[command.split(' ')[1] as string] as RegExp)?.length ?? 0

const refused = (action: () => unknown): string | undefined => {
  try {
    action()
    return undefined
  } catch (error) {
    return complaint(error)
  }
}

/** Effect of a row. */
interface Outcome {
  readonly state: string
  /** The reason of tc, if both the command and the call were refused. */
  readonly reason?: string | undefined
}

/** Runs a row in twins, whose state was `before`. */
async function runRow(twins: readonly Namespace[], nl: Netlink, row: CookbookRow, before: string): Promise<Outcome> {
  const [commands, calls] = twins as [Namespace, Namespace]
  const { command, call } = row
  const made = new Function('nl', `return ${call}`) as (nl: Netlink) => Promise<unknown>
  if (isRead(command)) {
    const found = (await made(nl)) as unknown[]
    assert.ok(found.length > 0, call)
    assert.is(found.length, countOf(commands, command), command)
    return { state: before }
  }
  const reason = refused(() => run(commands, command))
  const error = await made(nl).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.is(error === undefined, reason === undefined, `${command}: ${reason}\n${call}: ${error}`)
  let after = stateOf(commands)
  let called = stateOf(calls)
  // The kernel deletes actions later than the filters that used them.
  for (
    const begun = performance.now();
    after !== called && performance.now() - begun < SETTLING;
    called = stateOf(calls)
  )
    after = stateOf(commands)
  assert.is(called, after, `${command}\n${call}`)
  assert.is(after === before, reason !== undefined, `${command} changes something`)
  return { state: after, reason }
}

/** Runs the commands about tc in one namespace and the calls in a twin. Returns the commands that the kernel refused, with its reasons. */
export async function runTcCookbook(): Promise<[command: string, reason: string][]> {
  const { rows = [], lines } = cookbookSections().find(({ title }) => title === tcTitle) ?? {}
  assert.is(rows.length, lines, 'every line of the table is a command and a call')
  assert.ok(rows.length >= 30)
  const refusals: [string, string][] = []
  await inScratch((commands) =>
    inScratch(async (calls) => {
      using nl = Netlink.open({ netns: calls.path })
      let state = stateOf(commands)
      for (const row of rows) {
        const outcome = await runRow([commands, calls], nl, row, state)
        state = outcome.state
        if (outcome.reason !== undefined) refusals.push([row.command, outcome.reason])
      }
    }),
  )
  return refusals
}
