import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { skipped } from '../support/netns.js'

const test = suite('installing packages for the tests')

/** Creates its own apt system with one installed package. */
function system(): { folder: string; config: string } {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-apt-'))
  for (const name of ['etc/apt', 'var/lib/dpkg', 'var/lib/apt/lists/partial', 'var/cache/apt/archives/partial'])
    mkdirSync(join(folder, name), { recursive: true })
  const fields = ['Package: netloom-there', 'Status: install ok installed', 'Maintainer: x <x@localhost>']
  const more = ['Architecture: all', 'Version: 1', 'Description: nothing']
  const status = join(folder, 'var/lib/dpkg/status')
  writeFileSync(status, `${[...fields, ...more].join('\n')}\n\n`)
  const config = join(folder, 'apt.conf')
  writeFileSync(config, `Dir "${folder}"; Dir::State::status "${status}";\n`)
  return { folder, config }
}

const module = new URL('../../scripts/lib/debian.mjs', import.meta.url).href

/** Calls installPackage() in a separate process, with that system. */
function installing(config: string, name: string) {
  const code = `import { installPackage } from ${JSON.stringify(module)}; console.log('result:', installPackage(${JSON.stringify(name)}))`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    env: { ...process.env, APT_CONFIG: config },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  let wake = () => {}
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
      wake()
    })
  const ended = once(child, 'close')
  return {
    ended: ended.then(() => text),
    async printed(words: string): Promise<void> {
      while (!text.includes(words)) {
        if (child.exitCode !== null) throw new Error(`expected ${words}, got ${text}`)
        const next = new Promise<void>((resolve) => {
          wake = resolve
        })
        await Promise.race([next, ended])
      }
    },
  }
}

/** Holds a lock like apt does (fcntl, which Node lacks) until `release` is called. */
async function lock(file: string): Promise<{ release(): Promise<void> }> {
  const code =
    'import fcntl,sys; f=open(sys.argv[1],"w"); fcntl.lockf(f,fcntl.LOCK_EX); print("held",flush=True); sys.stdin.read()'
  const child = spawn('python3', ['-c', code, file], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const ended = once(child, 'close')
  return {
    async release() {
      child.stdin.end()
      await ended
    },
  }
}

const isDebian = spawnSync('apt-get', ['--version']).status === 0
if (!isDebian || process.getuid?.() !== 0) skipped('apt: needs apt-get and root')
else {
  for (const name of ['lib/dpkg/lock-frontend', 'lib/dpkg/lock', 'cache/apt/archives/lock']) {
    test(`waits and prints a message while another apt holds ${name}`, async () => {
      const { folder, config } = system()
      try {
        const { release } = await lock(join(folder, 'var', name))
        const { printed, ended } = installing(config, 'netloom-there')
        await printed('waiting for another apt to end: ')
        await release()
        assert.match(await ended, /Could not get lock .*is held by process \d+[\s\S]*\nresult: undefined\n$/)
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  }

  test('also waits for the package lists, and reports what it cannot install', async () => {
    const { folder, config } = system()
    try {
      const { release } = await lock(join(folder, 'var/lib/apt/lists/lock'))
      const { printed, ended } = installing(config, 'netloom-absent')
      await printed('waiting for another apt to end: ')
      await release()
      assert.match(await ended, /Unable to locate package netloom-absent[\s\S]*\nresult: apt-get install failed\n$/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}

test('the tests run, or a reason is printed', () => {})

test.run()
