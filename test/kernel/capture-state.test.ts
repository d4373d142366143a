import { type Desired, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { captured } from '../../packages/netlink/dist/cli/state/captured.js'
import { stateFromJson } from '../../packages/netlink/dist/cli/state/from-json.js'
import { toJson } from '../../packages/netlink/dist/codec/json.js'
import { deleteInheritedProxies, veths } from '../support/api.js'
import { capturedRows } from '../support/captured-rows.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('captured states make the same in an empty namespace', 'netns')

type State = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>

/** Returns what `netloom capture-state` prints. */
const capture = async (nl: Netlink): Promise<string> => JSON.stringify(toJson(await captured(nl)))

/** Reads a JSON file as `netloom apply` does. */
const desiredOf = (text: string) => stateFromJson(JSON.parse(text)) as Desired

/** Returns the objects of a state, in an order that does not depend on indexes. */
const objectsOf = (text: string): string[] =>
  Object.entries(JSON.parse(text) as State).flatMap(([list, objects]) =>
    objects.map((each) => `${list} ${JSON.stringify(each)}`).sort(),
  )

async function nothingToDo(nl: Netlink, text: string): Promise<void> {
  const plan = await nl.plan(desiredOf(text))
  assert.ok(plan.isEmpty, String(plan))
}

for (const [name, { has, prepare }] of Object.entries(capturedRows))
  test(name, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      deleteInheritedProxies(nl)
      await nl.link.set('lo', { up: true })
      await veths(nl)
      await prepare(nl)
      const text = await capture(nl)
      for (const each of has) assert.ok(text.includes(each), `${each} in ${text}`)
      await nothingToDo(nl, text)
      await inScratch(async (other) => {
        using empty = Netlink.open({ netns: other.path })
        deleteInheritedProxies(empty)
        const plan = await empty.plan(desiredOf(text))
        assert.equal(plan.conflicts, [], String(plan))
        await plan.apply({ settle: 60_000 })
        await nothingToDo(empty, text)
        assert.equal(objectsOf(await capture(empty)), objectsOf(text))
      })
    }),
  )

test.run()
