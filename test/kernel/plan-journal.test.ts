import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { type Desired, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { stateOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

/** Tests the folder of journals: full, read-only, or of another user. Each test has its own one, in a mount namespace. */
const test = suiteNeeding('plans: the folder of journals', 'netns')

const FOLDER = '/run/netloom'
const NAME = '0123456789abcdef'

/** Runs a script of test/support in a mount namespace, after shell commands that prepare the folder, a tmpfs. */
function runWith(options: string, prepare: string, script: string, ...args: readonly string[]) {
  const mount = `mkdir -p -m 700 ${FOLDER} && mount -t tmpfs -o ${options} tmpfs ${FOLDER} && cd ${FOLDER}`
  const command = `${mount} && { ${prepare}; } && cd "$PWD_BEFORE" && exec "$@"`
  const node = [process.execPath, '--conditions=netloom', '--import', 'tsx', `test/support/${script}`, ...args]
  const { stdout, stderr } = spawnSync('unshare', ['-m', '--', 'sh', '-c', command, 'sh', ...node], {
    encoding: 'utf8',
    env: { ...process.env, PWD_BEFORE: process.cwd() },
  })
  return `${stdout}${stderr}`
}

const addressesOf = (count: number): Desired => ({
  addresses: Array.from({ length: count }, (_, at) => ({ address: `10.0.${at}.1/24`, dev: 'a' })),
})

/** Applies a change with such a folder, and checks that nothing has changed. Returns what the process prints. */
async function applied(options: string, prepare: string, desired: Desired): Promise<string> {
  let printed = ''
  await inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await veths(nl)
    const before = await stateOf(nl)
    printed = runWith(options, prepare, 'plan-caller.mjs', path, JSON.stringify(desired), '600000')
    assert.equal(await stateOf(nl), before, printed)
  })
  return printed
}

test('a read-only folder', async () => {
  assert.match(await applied('ro,mode=700', ':', addressesOf(1)), /SystemError: open \/run\/netloom\/\w+\.plan: EROFS/)
})

test('a full folder', async () => {
  const printed = await applied('size=4k,mode=700', 'head -c 4096 /dev/zero > filler', addressesOf(1))
  assert.match(printed, /SystemError: write \/run\/netloom\/\w+\.plan: .*ENOSPC/)
})

test('a folder that becomes full: the steps before are undone', async () => {
  const printed = await applied('size=4k,mode=700', ':', addressesOf(60))
  assert.match(printed, /ApplyError.*ENOSPC.*, 0 left/)
  assert.not.match(printed, /^ApplyError: step 1,/m)
})

test('a folder of another user, or that others can write to', async () => {
  for (const options of ['mode=777', 'mode=770', 'mode=700,uid=1000'])
    assert.match(await applied(options, ':', addressesOf(1)), /TypeError.*only this user can write to/, options)
})

test('a journal is confirmed only if no other user can have written it', () => {
  const confirmed = (options: string, prepare: string) => runWith(options, prepare, 'confirming.ts', NAME).trim()
  const file = `${NAME}.plan`
  const create = `umask 077; echo > ${file}`
  assert.is(confirmed('mode=700', create), 'confirmed')
  assert.match(confirmed('mode=700', ':'), /^ERR_NETLINK_NOT_CONFIRMED/)
  assert.match(confirmed('mode=777', create), /^ERR_NETLINK_ARGUMENT: expected \/run\/netloom to be a folder/)
  assert.match(confirmed('mode=700,uid=1000', create), /^ERR_NETLINK_ARGUMENT: expected \/run\/netloom to be a folder/)
  for (const change of [
    `chmod 644 ${file}`,
    `chown 1000 ${file}`,
    `rm ${file}; ln -s /dev/null ${file}`,
    `rm ${file}; mkdir -m 700 ${file}`,
  ])
    assert.match(
      confirmed('mode=700', `${create}; ${change}`),
      /^ERR_NETLINK_ARGUMENT: expected .*plan to be a file/,
      change,
    )
  assert.match(confirmed('mode=700', `${create}; mount -o remount,ro ${FOLDER}`), /^EROFS: rename/)
})

test('if it cannot be written, the namespace itself is locked', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await veths(nl)
    assert.is(runWith('ro,mode=700', ':', 'plan-nested.ts', path), 'ERR_NETLINK_PLAN_BUSY true\n1\n')
  }))

test('no file is left in the folder of this machine', () => {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER) : []
  assert.not(files.some((file) => file.startsWith(NAME)))
})

test.run()
