import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pageAround } from './page.js'

/** Number of bytes that become one part of the response. Divisible by three, so that the parts of base64 join. */
const PART = 3 * 64 * 1024

const sameText = (one: string, other: string): boolean => {
  const [first, second] = [Buffer.from(one), Buffer.from(other)]
  return first.length === second.length && timingSafeEqual(first, second)
}

/** Serves the page with one capture, to programs of this machine that know the address. */
export class ViewServer implements Disposable {
  readonly #server: Server
  readonly #token = randomBytes(16).toString('hex')
  readonly #capture: Uint8Array
  readonly #page: ReturnType<typeof pageAround>
  #host = ''

  constructor(name: string, capture: Uint8Array) {
    this.#page = pageAround(name)
    this.#capture = capture
    this.#server = createServer((request, response) => this.#answer(request, response))
  }

  /** Begins to serve on a port of the loopback link, and returns the address of the page. @throws {Error} of Node's net */
  async start(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', () => resolve())
    })
    this.#host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return `http://${this.#host}/${this.#token}/`
  }

  #answer({ method, url = '', headers }: IncomingMessage, response: ServerResponse): void {
    // A page of another site can let its domain name point here (DNS rebinding). It does not know the token either.
    if (headers.host !== this.#host) refuse(response, 421, 'expected the address that netloom view printed')
    else if (!sameText(url, `/${this.#token}/`)) refuse(response, 404, 'nothing is here')
    else if (method !== 'GET' && method !== 'HEAD') refuse(response, 405, 'expected GET')
    else this.#sendPage(response, method === 'HEAD')
  }

  #sendPage(response: ServerResponse, isHead: boolean): void {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    if (isHead) {
      response.end()
      return
    }
    response.write(this.#page.before)
    this.#sendPart(response, 0)
  }

  /** Sends the capture in parts, as fast as the browser reads them. */
  #sendPart(response: ServerResponse, from: number): void {
    if (response.destroyed) return
    if (from >= this.#capture.length) {
      response.end(this.#page.after)
      return
    }
    const { buffer, byteOffset } = this.#capture
    const length = Math.min(PART, this.#capture.length - from)
    const text = Buffer.from(buffer, byteOffset + from, length).toString('base64')
    response.write(text, () => this.#sendPart(response, from + length))
  }

  [Symbol.dispose](): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${text}\n`)
}
