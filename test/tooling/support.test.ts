import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { inScratch, scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { typescript } from '../support/typescript.js'

const test = suiteNeeding('namespaces of the tests', 'netns')

const support = fileURLToPath(new URL('../support/netns.js', import.meta.url))

/** Runs a process that creates a namespace, prints its path and then runs `what`. Returns the path when the process has ended. */
async function leftBy(what: string, kill?: NodeJS.Signals): Promise<string> {
  const text = `
    import { scratch } from ${JSON.stringify(support)}
    process.stdout.write(scratch().path + '\\n')
    ${what}`
  const child = spawn(process.execPath, [...typescript, '--input-type=module', '--eval', text], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [chunk] = await once(child.stdout, 'data')
  const path = String(chunk).trim()
  assert.match(path, /^\/run\/netns\/netloom-test-/)
  if (kill) child.kill(kill)
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return path
}

test('creates a namespace, and remove() deletes it', () => {
  const namespace = scratch()
  try {
    const [lo] = namespace.ip('link', 'show', 'dev', 'lo')
    assert.is(lo.ifname, 'lo')
    assert.equal(namespace.ip('link', 'set', 'lo', 'up'), [])
    assert.match(namespace.exec('cat', ['/proc/net/dev']), /lo:/)
  } finally {
    namespace.remove()
  }
  assert.not(existsSync(namespace.path))
})

test('inScratch() deletes it, also if the test fails', async () => {
  let path = ''
  const failing = inScratch((namespace) => {
    path = namespace.path
    throw new Error('failed')
  })
  await failing.catch(() => undefined)
  assert.ok(path)
  assert.not(existsSync(path))
})

test('two namespaces are separate', async () => {
  await inScratch((one) => inScratch((other) => assert.is.not(one.name, other.name)))
})

test('a process that ends deletes its namespace', async () => {
  assert.not(existsSync(await leftBy('')))
})

test('an uncaught error deletes it', async () => {
  assert.not(existsSync(await leftBy('setTimeout(() => { throw new Error("uncaught") })')))
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} deletes it`, async () => {
    assert.not(existsSync(await leftBy('setInterval(() => {}, 1000)', signal)))
  })
}

test('the next test process deletes the namespace of a killed one', async () => {
  const path = await leftBy('setInterval(() => {}, 1000)', 'SIGKILL')
  assert.ok(existsSync(path))
  await leftBy('')
  assert.not(existsSync(path))
})

const afterEach = fileURLToPath(new URL('../support/after-each.js', import.meta.url))

test('withAfterEach() prints what both a test and the function after it throw, and runs the next test', async () => {
  const text = `
    import { suite } from 'uvu'
    import { withAfterEach } from ${JSON.stringify(afterEach)}
    let count = 0
    const test = withAfterEach(suite('both'), () => {
      if (++count === 1) throw new Error('thrown after it')
    })
    test('first', () => { throw new Error('thrown in it') })
    test('second', () => {})
    test.run()`
  const child = spawn(process.execPath, [...typescript, '--input-type=module', '--eval', text], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const output: string[] = []
  child.stdout.setEncoding('utf8').on('data', (part) => output.push(part))
  const [code] = await once(child, 'close')
  assert.is(code, 1)
  assert.match(output.join(''), /thrown in it\n\s*after the test: thrown after it[\s\S]*Passed: +1\n/)
})

test.run()
