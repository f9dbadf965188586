// Shares a limited resource, such as memory, among concurrent tasks.

export interface Budget {
  /**
   * Runs `work` once `amount` is free; first come, first served, so that small tasks cannot starve
   * a large one. An amount above the total counts as the total: such work runs alone.
   */
  use<T>(amount: number, work: () => Promise<T>): Promise<T>;
  /**
   * The same for what work that may have begun needs besides. It goes before work that has not begun,
   * and at once where no other waits or runs here, whatever is free: it cannot wait for itself.
   */
  useMore<T>(amount: number, work: () => Promise<T>): Promise<T>;
}

interface Waiting {
  readonly amount: number;
  start(): void;
}

export function createBudget(total: number): Budget {
  let free = total;
  /** How many run of those that `begun` held. */
  let more = 0;
  const begun: Waiting[] = [];
  const waiting: Waiting[] = [];
  const startThose = (queue: Waiting[], fits: (amount: number) => boolean) => {
    for (let [next] = queue; next && fits(next.amount); [next] = queue) {
      queue.shift();
      free -= next.amount;
      if (queue === begun) more++;
      next.start();
    }
  };
  const startAll = () => {
    startThose(begun, (amount) => amount <= free || more === 0);
    if (begun.length === 0) startThose(waiting, (amount) => amount <= free);
  };
  async function run<T>(queue: Waiting[], asked: number, work: () => Promise<T>): Promise<T> {
    const amount = Math.min(asked, total);
    await new Promise<void>((start) => {
      queue.push({ amount, start });
      startAll();
    });
    try {
      return await work();
    } finally {
      free += amount;
      if (queue === begun) more--;
      startAll();
    }
  }
  return {
    use: (amount, work) => run(waiting, amount, work),
    useMore: (amount, work) => run(begun, amount, work),
  };
}
