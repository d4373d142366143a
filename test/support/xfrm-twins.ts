import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from './netns.js'
import type { XfrmRow } from './xfrm-rows.js'

/** Times of use, which differ between namespaces that were changed one after the other. */
const TIMES = /\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/g

/** Returns what ip prints of the states and policies of a namespace, with their keys and counters. */
export const stateOf = (namespace: Namespace): string =>
  ['state', 'policy']
    .map((what) => namespace.exec('ip', ['-d', '-s', 'xfrm', what, 'list']))
    .join('\n')
    .replace(TIMES, '')
    .replace(/\(0x[0-9a-f]+\)|seq 0x[0-9a-f]+/g, '')

/** Runs a command of ip in a namespace. Returns what it prints, and its complaint if it fails. */
export function run(namespace: Namespace, command: string): { readonly printed: string; readonly complaint?: string } {
  try {
    const quoted = command.replace(/(\S*\([^ ]*\)\S*)/g, '"$1"')
    return { printed: namespace.exec('sh', ['-c', quoted], { stdio: ['ignore', 'pipe', 'pipe'] }) }
  } catch (error) {
    return { printed: '', complaint: String((error as { stderr?: unknown }).stderr ?? error) }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: calls of many types
type AnyObject = any

/** Calls an operation by its name: `state.add`. */
export const call = (nl: Netlink, name: string, argument: object | undefined): Promise<unknown> => {
  const [object = '', operation = ''] = name.split('.')
  const operations = (nl.xfrm as AnyObject)[object]
  return argument === undefined ? operations[operation]() : operations[operation](argument)
}

const isAdd = ([, name]: XfrmRow) => name === 'state.add' || name === 'policy.add'

/** Namespaces without states and policies: for a command, for the call, and for what was read of it. */
interface Triplets {
  readonly commands: Namespace
  readonly calls: Namespace
  readonly nl: Netlink
  readonly copies: Namespace
  readonly copying: Netlink
}

/** Runs a row that adds an object. Returns false if the kernel refuses both the command and the call. */
async function addsTheSame(row: XfrmRow, { commands, calls, nl, copies, copying }: Triplets): Promise<boolean> {
  const [command, name, argument] = row
  const { complaint } = run(commands, command)
  const error = await call(nl, name, argument).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.is(error === undefined, complaint === undefined, `${command}: ${complaint}\n${String(error)}`)
  if (complaint !== undefined) return false
  const expected = stateOf(commands)
  assert.is(stateOf(calls), expected, command)
  for (const policy of await nl.xfrm.policy.list()) await copying.xfrm.policy.add({ ...policy })
  for (const state of await nl.xfrm.state.list()) await copying.xfrm.state.add({ ...state })
  assert.is(stateOf(copies), expected, `what was read of ${command}`)
  const [object] = [...(await nl.xfrm.policy.list()), ...(await nl.xfrm.state.list())]
  assert.ok(object && 'message' in object)
  const key = name.split('.')[0] as 'state' | 'policy'
  assert.equal({ ...(await (nl.xfrm as AnyObject)[key].get(object)) }, { ...object }, command)
  await (nl.xfrm as AnyObject)[key].delete(object)
  assert.is(stateOf(calls).trim(), '', `deletes what ${command} added`)
  run(commands, `ip xfrm ${key} flush`)
  await copying.xfrm[key].flush()
  for (const emptied of [commands, copies]) assert.is(stateOf(emptied).trim(), '', `${command} is flushed`)
  return true
}

/**
 * Runs each row that adds an object in twin namespaces, the command in one and the call in the other, and compares what ip prints. Then adds what
 * was read in a third one. Returns the commands that the kernel refused; the call must be refused, too.
 */
export async function runTwins(rows: readonly XfrmRow[]): Promise<string[]> {
  const refused: string[] = []
  await inScratch((commands) =>
    inScratch((calls) =>
      inScratch(async (copies) => {
        using nl = Netlink.open({ netns: calls.path })
        using copying = Netlink.open({ netns: copies.path })
        for (const row of rows.filter(isAdd))
          if (!(await addsTheSame(row, { commands, calls, nl, copies, copying }))) refused.push(row[0])
      }),
    ),
  )
  return refused
}
