import { spawnSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('TunTap: the limit of open files', 'netns', 'tun')

/**
 * Fills the table of descriptors except for a few, makes each call, and prints each error once. Some calls must succeed with more
 * descriptors left.
 */
const program = (netns: string) => `
  import { closeSync, openSync, readdirSync } from 'node:fs'
  import { SystemError } from '${import.meta.resolve('@netloom/netlink')}'
  import { TunTap } from '${import.meta.resolve('@netloom/tuntap')}'

  const netns = '${netns}'
  const far = TunTap.create({ mode: 'tap', name: 'far0', netns, multiQueue: true })
  const calls = {
    mtu: () => far.mtu,
    openNetns: () => closeSync(far.openNetns()),
    create: () => TunTap.create({ mode: 'tap', netns }).close(),
    'create here': () => TunTap.create({ mode: 'tap', mtu: 1400 }).close(),
    attach: () => TunTap.attach({ mode: 'tap', name: 'far0', multiQueue: true, netns }).close(),
    features: () => TunTap.features(),
    fromFd: () => TunTap.fromFd(far.fd + 1000),
    openMacvtap: () => TunTap.openMacvtap({ name: 'far0', netns }),
    events: async () => {
      const events = far.events()
      const first = events.next()
      await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 50))])
      await events.return()
    },
  }
  const count = () => readdirSync('/proc/self/fd').length
  // Loads what is loaded on demand.
  for (const call of Object.values(calls)) try { await call() } catch {}
  for (const [name, call] of Object.entries(calls)) {
    const outcomes = []
    const before = count()
    for (let left = 0; left < 8; left++) {
      const fillers = []
      try { for (;;) fillers.push(openSync('/dev/null')) } catch {}
      for (let i = 0; i < left; i++) closeSync(fillers.pop())
      let outcome = 'done'
      try { await call() } catch (error) {
        outcome = error instanceof SystemError ? error.message : 'not a SystemError: ' + error
      }
      for (const fd of fillers) closeSync(fd)
      if (count() !== before) outcome += ', and a descriptor remains'
      if (outcomes.at(-1) !== outcome) outcomes.push(outcome)
    }
    console.log(JSON.stringify([name, ...outcomes]))
  }`

test('EMFILE is explained, at each call, and nothing stays open', () =>
  inScratch(({ name, path }) => {
    const flags = process.versions.bun ? [] : [...process.execArgv, '--input-type=module']
    const runtime = [process.execPath, ...flags, '-e']
    const args = ['netns', 'exec', name, 'sh', '-c', 'ulimit -n 400; exec "$@"', 'sh', ...runtime, program(path)]
    const { stdout, stderr, status } = spawnSync('ip', args, { encoding: 'utf8' })
    assert.is(status, 0, stderr)
    const lines: [string, ...string[]][] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.is(lines.length, 9)
    for (const [call, ...outcomes] of lines) {
      const last = outcomes.pop()
      if (call === 'fromFd') assert.match(last ?? '', /EBADF/)
      else if (call === 'openMacvtap') assert.match(last ?? '', /^open \/dev\/tap\d+: ENOENT$/)
      else assert.is(last, 'done', call)
      if (call !== 'fromFd') assert.ok(outcomes.length > 0, call)
      for (const outcome of outcomes) assert.match(outcome, /: too many open files \(EMFILE\)$/, `${call}: ${outcome}`)
    }
  }))

test.run()
