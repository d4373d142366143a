import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('classes by the API', 'netns')

inBothWays(test, 'classes of htb are added, listed, changed, ensured and deleted', async (nl, ns) => {
  await veths(nl)
  await nl.qdisc.add({ dev: 'a', kind: 'htb', handle: '1:', options: { default: '1:20' } })
  const shown = () => ns.exec('tc', ['-d', 'class', 'show', 'dev', 'a'])
  await nl.class.add({ dev: 'a', handle: '1:1', kind: 'htb', options: { rate: '10mbit' } })
  const leaf = { dev: 'a', handle: '1:10', parent: '1:1', kind: 'htb' } as const
  await nl.class.add({ ...leaf, options: { rate: '1mbit', ceil: '5mbit', burst: '15k', prio: 3 } })
  assert.match(shown(), /class htb 1:10 parent 1:1 prio 3 .*rate 1Mbit ceil 5Mbit .*burst 15Kb/)
  await refuses('again', () => nl.class.add({ ...leaf, options: { rate: '1mbit' } }), 'EEXIST')
  const listed = await nl.class.list({ dev: 'a' })
  assert.equal(listed.map(({ handle, parent }) => `${handle} ${parent}`).sort(), ['1:1 root', '1:10 1:1'])
  assert.equal(
    (await nl.class.list({ dev: 'a', parent: '1:1' })).map(({ handle }) => handle),
    ['1:10'],
  )
  assert.is((await nl.class.list()).length, 2)
  // A class that was read can be written.
  const read = await nl.class.get({ dev: 'a', handle: '1:10' })
  assert.ok(read)
  const before = shown()
  await nl.class.delete(read)
  assert.is(await nl.class.get({ dev: 'a', handle: '1:10' }), undefined)
  const remove = () => nl.class.delete({ dev: 'a', handle: '1:10' })
  await refuses('again', remove, 'ENOENT', /1:10 dev a: no such class/)
  await nl.class.add({ ...read } as never)
  assert.is(shown(), before)
  await nl.class.set({ ...leaf, options: { rate: '2mbit' } })
  assert.match(shown(), /1:10 .*rate 2Mbit ceil 2Mbit/)
  await nl.class.replace({ ...leaf, options: { rate: '3mbit' } })
  assert.match(shown(), /1:10 .*rate 3Mbit/)
  const wanted = { ...leaf, options: { rate: '3mbit', ceil: '4mbit', overhead: 10 } } as const
  const { changed, changes } = await nl.class.ensure(wanted)
  assert.equal([changed, changes.map(({ key }) => key)], [true, ['options.parms']])
  assert.equal(await nl.class.ensure(wanted), { changed: false, created: false, changes: [] })
  assert.is((await nl.class.ensure({ ...wanted, handle: '1:30' })).created, true)
  await nl.qdisc.add({ dev: 'a', parent: '1:10', handle: '10:', kind: 'pfifo' })
  const named = await nl.class.get({ dev: 'a', handle: '1:10' }, { names: true })
  assert.equal([named?.leaf, named?.devName], ['10:', 'a'])
  assert.is(await nl.class.get({ dev: 'a', handle: '1:10', parent: '1:2' }), undefined)
  assert.is(await nl.class.get({ dev: 'a', handle: '1:10', kind: 'drr' }), undefined)
})

inBothWays(test, 'errors of classes name the option, the accepted values and the given value', async (nl) => {
  await veths(nl)
  const htb = { dev: 'a', handle: '1:1', kind: 'htb' } as const
  for (const [value, reason] of [
    [{}, /'dev'/],
    [{ dev: 'a' }, /'handle'/],
    [{ dev: 'a', handle: '1:1' }, /'kind'/],
    [{ ...htb, handle: '1:', options: { rate: 1 } }, /handle of class to be a class like 1:10, got "1:"/],
    [htb, /options of a htb to have 'rate' or 'parms'/],
    [{ ...htb, options: { ceil: '1mbit' } }, /options to have 'rate', got none/],
    [{ ...htb, options: { rate: '1mb' } }, /options\.rate .*mbit.*got "1mb"/],
    [{ ...htb, options: { rate: 1, burst: '1k/7' } }, /power of two, got "1k\/7"/],
    [{ ...htb, kind: 'hfsc', options: { sc: { d: '1h' } } }, /options\.sc\.d to be microseconds/],
    [{ ...htb, parent: 'x', kind: 'drr' }, /parent to be a handle.*"x"/],
    [{ ...htb, kind: 'pfifo', options: { limit: 7 } }, /no options with kind "pfifo"/],
  ] as const)
    for (const verb of ['add', 'replace', 'set', 'ensure'] as const)
      await refuses(`${verb} ${JSON.stringify(value)}`, () => nl.class[verb](value as never), 'TypeError', reason)
  await refuses('no qdisc', () => nl.class.set({ ...htb, options: { rate: 1e6 } }), 'ENOENT')
})

test.run()
