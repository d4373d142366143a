import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { decode } from '../../packages/netlink/dist/cli/decode.js'
import { withAfterEach } from '../support/after-each.js'
import { launch, savedJson, watched } from '../support/browser.js'
import { runHere } from '../support/cli.js'
import { suiteNeeding } from '../support/privileges.js'

/** Tests `netloom view`: it serves the page with a capture, to its own address only. */
const test = withAfterEach(suiteNeeding('netloom view', 'chromium'), stop)

const program = fileURLToPath(new URL('../../packages/netlink/dist/cli/main.js', import.meta.url))
const capture = fileURLToPath(new URL('../captures/02-bond.pcap', import.meta.url))

let running: ChildProcess | undefined

/** Starts the program, and returns the address that it prints. */
async function start(...args: string[]): Promise<URL> {
  running = spawn(process.execPath, ['--conditions=netloom', program, 'view', '--no-open', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  running.stdin?.end(args.includes('-') ? readFileSync(capture) : undefined)
  const [line] = await once(createInterface({ input: running.stdout as NodeJS.ReadableStream }), 'line')
  return new URL(line as string)
}

async function stop(): Promise<void> {
  if (running === undefined || running.exitCode !== null) return
  running.kill('SIGTERM')
  await once(running, 'exit')
  running = undefined
}

interface Response {
  readonly status: number | undefined
  readonly text: string
}

const get = ({ hostname, port }: URL, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<Response>((resolve, reject) => {
    const sent = request({ hostname, port, path, headers, method }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
    })
    sent.on('error', reject)
    sent.end()
  })

for (const operand of [capture, '-']) {
  test(`the browser shows the capture: ${operand === '-' ? 'standard input' : 'a file'}`, async () => {
    const url = await start(operand)
    const browser = await launch()
    try {
      const { page, complaints } = await watched(browser)
      await page.goto(url.href)
      await page.locator('button:enabled', { hasText: 'Share…' }).waitFor()
      const name = operand === '-' ? 'standard input' : '02-bond.pcap'
      assert.is(await page.locator('header .file').textContent(), name)
      const { lines } = await runHere(decode, '--json', capture)
      assert.equal((await savedJson(page)).trimEnd().split('\n'), lines)
      assert.equal(complaints, [])
    } finally {
      await browser.close()
    }
  })
}

test('only the printed address is answered', async () => {
  const url = await start(capture)
  assert.is(url.hostname, '127.0.0.1')
  assert.match(url.pathname, /^\/[0-9a-f]{32}\/$/)
  const whole = await get(url, url.pathname)
  assert.is(whole.status, 200)
  assert.match(whole.text, 'data-name="02-bond.pcap"')
  assert.equal(await get(url, url.pathname, {}, 'HEAD'), { status: 200, text: '' })
  for (const [path, headers, method, status] of [
    ['/', {}, 'GET', 404],
    [`${url.pathname}x`, {}, 'GET', 404],
    [`/${'0'.repeat(32)}/`, {}, 'GET', 404],
    [url.pathname, { host: 'example.org' }, 'GET', 421],
    [url.pathname, { host: `localhost:${url.port}` }, 'GET', 421],
    [url.pathname, {}, 'POST', 405],
  ] as const) {
    const { status: found, text } = await get(url, path, headers, method)
    assert.is(found, status, `${method} ${path} ${JSON.stringify(headers)}`)
    assert.not.match(text, 'capture"')
  }
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends it, also while a browser is connected`, async () => {
    const url = await start(capture)
    await get(url, url.pathname, { connection: 'keep-alive' })
    running?.kill(signal)
    assert.equal(await once(running as ChildProcess, 'exit'), [0, null])
  })
}

test('a missing file and a wrong port are errors', async () => {
  for (const [args, status] of [
    [['/nonexistent.pcap'], 1],
    [['--port', '70000', capture], 2],
    [[], 2],
  ] as const) {
    const child = spawn(process.execPath, ['--conditions=netloom', program, 'view', '--no-open', ...args], {
      stdio: 'ignore',
    })
    assert.is((await once(child, 'exit'))[0], status)
  }
})

test.run()
