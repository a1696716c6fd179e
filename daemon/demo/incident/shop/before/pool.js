/** A few connections to the database, shared by all requests. */
export class Pool {
  #free = [];
  #waiting = [];
  #size;

  constructor(connections) {
    this.#free = [...connections];
    this.#size = connections.length;
  }

  get size() {
    return this.#size;
  }

  get inUse() {
    return this.#size - this.#free.length;
  }

  /** A connection of one's own; rejects when none comes free within `ms`. Whoever takes one gives it back. */
  take(ms) {
    const connection = this.#free.pop();
    if (connection) return Promise.resolve(connection);
    return new Promise((resolve, reject) => {
      const waiter = { resolve };
      waiter.timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((each) => each !== waiter);
        reject(new Error(`no connection free after ${ms} ms (${this.inUse} of ${this.#size} in use)`));
      }, ms);
      this.#waiting.push(waiter);
    });
  }

  give(connection) {
    const waiter = this.#waiting.shift();
    if (!waiter) return void this.#free.push(connection);
    clearTimeout(waiter.timer);
    waiter.resolve(connection);
  }
}
