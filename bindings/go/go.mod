module gambrel

go 1.19
