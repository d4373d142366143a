import { ViewerError } from '../error.js'
import type { Answer, CallName, Calls, Progress, Request } from '../protocol.js'

/** Returns the code of the worker, which the page contains as compressed text. */
async function workerCode(): Promise<string> {
  const text = document.getElementById('worker')?.textContent ?? ''
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).text()
}

interface Waiting {
  readonly resolve: (result: never) => void
  readonly reject: (error: Error) => void
}

/** Calls functions of the worker. */
export class Client {
  readonly #waiting = new Map<number, Waiting>()
  readonly #worker: Promise<Worker>
  #count = 0

  constructor(onProgress: (progress: Progress) => void, onFailure: (text: string) => void) {
    this.#worker = workerCode().then((code) => {
      const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })))
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if ('progress' in data) onProgress(data.progress)
        else this.#settle(data)
      }
      worker.onerror = ({ message }) => onFailure(message)
      return worker
    })
  }

  #settle(answer: Exclude<Answer, { readonly progress: unknown }>): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('error' in answer) waiting?.reject(new ViewerError(answer.error))
    else waiting?.resolve(answer.result as never)
  }

  /** Calls a function of the worker. Rejects with its error. */
  async call<N extends CallName>(name: N, ...args: Parameters<Calls[N]>): Promise<ReturnType<Calls[N]>> {
    const worker = await this.#worker
    const id = ++this.#count
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      worker.postMessage({ id, name, args } satisfies Request)
    })
  }
}
