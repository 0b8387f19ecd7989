package sp

func umask(int) int { return 0 }
