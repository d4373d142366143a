import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { cookbookSections } from './cookbook.js'
import { inScratch, type Namespace } from './netns.js'

/** Title of the section of docs/cookbook.md about devlink. */
export const devlinkTitle = 'devlink'

/** The device of the examples, with two ports of four queues. */
export const device = 'netdevsim/netdevsim10'

// biome-ignore lint/suspicious/noExplicitAny: the JSON of devlink is as it is; the tests look at single members
export type Json = Record<string, any>

/** Runs devlink, and returns what it prints as JSON: the only member of the object. */
export function devlinkJson(namespace: Namespace, command: string): Json {
  const [printed] = Object.values(JSON.parse(namespace.exec('devlink', ['-j', ...command.split(' ')])) as Json)
  return printed as Json
}

/** Calls `use` with a namespace that contains the device. */
export const withDevice = <T>(use: (namespace: Namespace) => Promise<T>): Promise<T> =>
  inScratch(async (namespace) => {
    const write = (text: string, file: string) =>
      namespace.exec('sh', ['-c', `echo ${text} > /sys/bus/netdevsim/${file}`])
    write("'10 2 4'", 'new_device')
    try {
      return await use(namespace)
    } finally {
      write('10', 'del_device')
    }
  })

/** Returns what devlink shows of everything that rows of the cookbook change. */
const stateOf = (namespace: Namespace) =>
  JSON.stringify(
    [
      ...['-s dev show', 'dev info', 'port show', 'dev param show', 'health show', `resource show ${device}`],
      ...['region show', 'trap show', 'trap policer show'],
    ].map((command) => namespace.exec('devlink', ['-j', ...command.split(' ')])),
  )

const isRead = (command: string) => / show$/.test(command)
const countOf = (printed: Json) =>
  Object.values(printed).reduce((sum, each) => sum + (Array.isArray(each) ? each.length : 1), 0)

/**
 * Runs the commands about devlink, and then the calls on a new device with the same name, and compares what devlink shows after each
 * row. The device belongs to no namespace alone, so that there are no twins.
 */
export async function runDevlinkCookbook(): Promise<void> {
  const { rows = [], lines } = cookbookSections().find(({ title }) => title === devlinkTitle) ?? {}
  assert.is(rows.length, lines, 'every line of the table is a command and a call')
  assert.ok(rows.length >= 10)
  const expected = await withDevice(async (namespace) =>
    rows.map(({ command }) => {
      const words = command.replace(/^devlink /, '')
      const found = isRead(command) ? countOf(devlinkJson(namespace, words)) : undefined
      if (found === undefined) namespace.exec('devlink', words.split(' '))
      return { found, state: stateOf(namespace) }
    }),
  )
  await withDevice(async (namespace) => {
    using nl = Netlink.open({ netns: namespace.path })
    let before = stateOf(namespace)
    for (const [at, { command, call }] of rows.entries()) {
      const returned: unknown = await new Function('nl', `return ${call}`)(nl)
      const { found, state } = expected[at] as (typeof expected)[number]
      assert.is(stateOf(namespace), state, `${command}\n${call}`)
      assert.is(state === before, found !== undefined, command)
      if (found !== undefined) assert.is((returned as unknown[]).length, found, command)
      before = state
    }
  })
}
