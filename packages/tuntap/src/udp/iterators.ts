import { Iteration } from '../io/iterators.js'
import { checkCallback, Listener } from '../io/listener.js'
import { DEPTH } from '../io/operations.js'
import { type BatchOptions, checkBatchOptions, checkReadOptions, type ReadOptions } from '../io/read-options.js'
import type { ReadingSession } from '../io/reading-session.js'
import type { ReceivedMessage } from './received.js'
import type { Receiver } from './receiver.js'

/** Yields copies of messages, which the caller may keep. */
export class MessageIterator extends Iteration<ReceivedMessage, ReceivedMessage> {
  /** @internal */
  constructor(receiver: Receiver, name: string, options: ReadOptions) {
    checkReadOptions(options)
    super(receiver, name, options.signal)
  }

  protected take(session: ReadingSession<ReceivedMessage>): ReceivedMessage {
    return session.take().copy()
  }
}

/** Yields batches of messages without copying them. They are valid until the next batch is requested. */
export class MessageBatchIterator extends Iteration<ReceivedMessage, ReceivedMessage[]> {
  /** @internal */
  constructor(receiver: Receiver, name: string, options: BatchOptions) {
    checkBatchOptions(options)
    super(receiver, name, options.signal, options.depth ?? DEPTH)
  }

  protected take(session: ReadingSession<ReceivedMessage>): ReceivedMessage[] {
    return session.takeAll()
  }
}

/** Receives messages and calls a function with each batch, until it is stopped. */
export class MessageListener extends Listener<ReceivedMessage> {
  /** @internal */
  constructor(receiver: Receiver, onBatch: (messages: ReceivedMessage[]) => void, options: ReadOptions) {
    checkCallback(onBatch)
    super(receiver, options, (session) => onBatch(session.takeAll()))
  }
}
