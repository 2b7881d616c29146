module gambrel

go 1.18
