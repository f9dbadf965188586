// Shares out something limited, such as memory, among tasks that run at the same time.

export interface Budget {
  /**
   * Runs `work` once `amount` is free; in the order of asking, so that a large task is not passed
   * by small ones for ever. More than there is counts as all of it.
   */
  use<T>(amount: number, work: () => Promise<T>): Promise<T>;
}

export function createBudget(total: number): Budget {
  let free = total;
  const waiting: { amount: number; start: () => void }[] = [];
  const startThose = () => {
    for (let [next] = waiting; next && next.amount <= free; [next] = waiting) {
      waiting.shift();
      free -= next.amount;
      next.start();
    }
  };
  return {
    async use(amount, work) {
      const taken = Math.min(amount, total);
      await new Promise<void>((start) => {
        waiting.push({ amount: taken, start });
        startThose();
      });
      try {
        return await work();
      } finally {
        free += taken;
        startThose();
      }
    },
  };
}
