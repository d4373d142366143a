import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Desired, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { refuses, veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { stateOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

/** Tests commands on desired states that end early: by signals, by wrong files, and because the machine refuses. */
const test = suiteNeeding('netloom plan and apply that end early', 'netns')

const main = fileURLToPath(new URL('../../packages/netlink/bundle/cli/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'netloom-plan-'))
test.after(() => rmSync(folder, { recursive: true }))

/** So many routes that the lines of their steps are more than a pipe holds. */
const many: Desired = {
  links: [{ name: 'a', mtu: 1400 }],
  routes: Array.from({ length: 1000 }, (_, at) => ({ dst: `10.2.${at >> 8}.${at & 255}`, dev: 'a' })),
}
const site = join(folder, 'many.json')
writeFileSync(site, JSON.stringify(many))

const inNetns = (name: string, use: (nl: Netlink, path: string) => Promise<void>) =>
  test(name, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      await veths(nl)
      await use(nl, path)
    }),
  )

/** Starts `netloom apply`, and waits until it has done a step. It blocks before the last one, until its output is read. */
async function applying(netns: string) {
  const child = spawn(process.execPath, [main, 'apply', site, '-v', '--netns', netns], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exit = once(child, 'close')
  let text = ''
  await new Promise<void>((resolve) =>
    child.stderr.once('data', (chunk) => {
      child.stderr.pause()
      text += chunk
      resolve()
    }),
  )
  const end = async () => {
    child.stderr.on('data', (chunk) => {
      text += chunk
    })
    child.stderr.resume()
    return await exit
  }
  return { child, end, errors: () => text.trimEnd() }
}

inNetns('signals undo the steps of apply, also several', async (nl, netns) => {
  const before = await stateOf(nl)
  for (const signals of [['SIGINT', 'SIGTERM'], ['SIGHUP']] as const) {
    const { child, errors, end } = await applying(netns)
    for (const signal of signals) child.kill(signal)
    assert.equal(await end(), [5, null], errors().slice(-500))
    const [, name, done, undone] = /got (SIG\w+); (\d+) done, (\d+) undone, 0 left$/.exec(errors()) ?? []
    assert.ok((signals as readonly unknown[]).includes(name), errors().slice(-500))
    assert.ok(Number(done) > 0 && Number(done) < 1001 && done === undone, `${done} done, ${undone} undone`)
    assert.equal(await stateOf(nl), before)
  }
})

inNetns('another apply meanwhile is refused; after SIGKILL, the next one does the rest', async (nl, netns) => {
  const { child, end } = await applying(netns)
  const other = await nl.plan({ links: [{ name: 'b', mtu: 1300 }] })
  await refuses('apply', () => other.apply(), 'ERR_NETLINK_PLAN_BUSY', new RegExp(`process ${child.pid}`))
  child.kill('SIGKILL')
  await end()
  assert.is((await nl.plan(many)).isEmpty, false)
  const { status, stderr } = spawnSync(process.execPath, [main, 'apply', site, '--netns', netns], { encoding: 'utf8' })
  assert.is(status, 3, stderr)
  assert.ok((await nl.plan(many)).isEmpty)
})

test('a file that is no state is refused with its name and the reason', () => {
  const rows: readonly (readonly [name: string, code: string, says: string])[] = [
    ['throws.mjs', 'throw new Error("boom")', 'boom'],
    ['text.mjs', 'export default () => Promise.reject("text")', 'text'],
    ['never.mjs', 'export default () => new Promise(() => {})', 'its promise is never fulfilled'],
    ['import.mjs', 'import "netloom-none"', "Cannot find package 'netloom-none'"],
  ]
  for (const [name, code] of rows) writeFileSync(join(folder, name), code)
  const missing = [
    ['none.json', '', 'ENOENT'],
    ['', '', 'EISDIR'],
  ] as const
  for (const [name, , says] of [...rows, ...missing]) {
    const file = join(folder, name)
    const { status, stderr } = spawnSync(process.execPath, [main, 'plan', file], { encoding: 'utf8', timeout: 60_000 })
    assert.is(status, 1, `${name}: ${stderr}`)
    assert.ok(stderr.startsWith(`netloom: ${file}: expected `) && stderr.includes(says), `${name}: ${stderr}`)
  }
})

test.run()
